# The kernel: one ELF image for one architecture and one combination of design choices.
# SPDX-License-Identifier: BSD-2-Clause

set(KERNEL_FLAGS
    -std=gnu17 -O2 -g -ffreestanding -fno-builtin -fno-pic -fno-stack-protector -mno-red-zone
    -mgeneral-regs-only -mcmodel=kernel -fno-asynchronous-unwind-tables -fomit-frame-pointer
    -fno-strict-aliasing -fno-tree-loop-distribute-patterns -fno-jump-tables
    -Wall -Wextra -Werror -Wundef -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
    -Wpointer-arith -Wwrite-strings)
if(CMAKE_C_COMPILER_ID MATCHES Clang)
    list(REMOVE_ITEM KERNEL_FLAGS -fno-tree-loop-distribute-patterns)
endif()

# The fast path keeps messages in registers where the compiler can leave those alone. It is entered
# by a jump and calls nothing, so its stack needs no alignment; a zero is stored in one instruction,
# which the peephole pass would split into two.
if(CMAKE_C_COMPILER_ID STREQUAL GNU)
    set(RDV_MESSAGE registers)
    set_source_files_properties(kernel/fastpath.c PROPERTIES COMPILE_OPTIONS
        "-ffixed-rbx;-ffixed-r12;-ffixed-r13;-ffixed-r14;-ffixed-r15;\
-mpreferred-stack-boundary=3;-fno-peephole2")
else()
    set(RDV_MESSAGE frame)
endif()

configure_file(cmake/config.h.in generated/config.h)

add_library(kernel_interface INTERFACE)
target_include_directories(kernel_interface INTERFACE
    ${CMAKE_BINARY_DIR}/generated ${RDV_CHOICE_FOLDERS} ${CMAKE_SOURCE_DIR}
    ${CMAKE_SOURCE_DIR}/kernel ${CMAKE_SOURCE_DIR}/kernel/include
    ${CMAKE_SOURCE_DIR}/arch/include ${CMAKE_SOURCE_DIR}/arch/${RDV_ARCH}/include
    ${CMAKE_SOURCE_DIR}/arch/${RDV_ARCH}/message/${RDV_MESSAGE})
target_compile_options(kernel_interface INTERFACE $<$<COMPILE_LANGUAGE:C>:${KERNEL_FLAGS}>)

# Structure offsets for assembly: from C, through the compiler's own output.
add_library(offsets OBJECT arch/${RDV_ARCH}/offsets.c)
target_link_libraries(offsets PRIVATE kernel_interface)
target_compile_options(offsets PRIVATE -S -g0)
add_custom_command(
    OUTPUT generated/offsets.h
    COMMAND sed -n "s/^[[:space:]]*\\(#define [A-Z0-9_]* [0-9]*\\)$/\\1/p"
            $<TARGET_OBJECTS:offsets> > ${CMAKE_BINARY_DIR}/generated/offsets.h
    DEPENDS offsets $<TARGET_OBJECTS:offsets>
    VERBATIM)
add_custom_target(offsets_header DEPENDS generated/offsets.h)

file(GLOB KERNEL_SOURCES CONFIGURE_DEPENDS
    kernel/*.c smp/*.c arch/${RDV_ARCH}/*.c arch/${RDV_ARCH}/*.S)
list(FILTER KERNEL_SOURCES EXCLUDE REGEX "/offsets\\.c$")
foreach(folder IN LISTS RDV_CHOICE_FOLDERS)
    file(GLOB choice_sources CONFIGURE_DEPENDS ${folder}/*.c)
    list(APPEND KERNEL_SOURCES ${choice_sources})
endforeach()

add_executable(rendezvous.elf ${KERNEL_SOURCES})
add_dependencies(rendezvous.elf offsets_header)
target_link_libraries(rendezvous.elf PRIVATE kernel_interface)
set(KERNEL_SCRIPT ${CMAKE_SOURCE_DIR}/arch/${RDV_ARCH}/linker.ld)
set_target_properties(rendezvous.elf PROPERTIES LINK_DEPENDS ${KERNEL_SCRIPT})
target_link_options(rendezvous.elf PRIVATE
    -nostdlib -static -no-pie -Wl,-T,${KERNEL_SCRIPT} -Wl,--build-id=none
    -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack)
