# Ours beside the peers in instructions: kernel-only call + reply above, round trips below.
# SPDX-License-Identifier: BSD-2-Clause
# {{ footer }}
{% set height = 4.2 + 0.42 * (kernel_rows + trip_rows) %}
set terminal pdfcairo size 17cm,{{ height }}cm noenhanced font "DejaVu Sans,8"
set output "peers.pdf"
set datafile separator whitespace
set border 3
set tics nomirror out
set xtics font ",7"
set ytics scale 0 font ",7.5"
set grid xtics lc rgb "#e4e4e4" lt 1
set style fill solid 1 noborder
unset key
shade(ours) = ours == 1 ? 0xd55e00 : 0x0072b2
light(ours) = ours == 1 ? 0xf0a878 : 0x56b4e9
set multiplot layout 2,1 margins 0.54,0.97,0.09,0.94 spacing 0.17
{% if kernel_rows %}
set title "Call (dark) + reply (light), the kernel's part alone" font ",9"
set xlabel "instructions (executed, counted under emulation)"
set xrange [0:*]
set yrange [{{ kernel_rows - 0.4 }}:-0.6]
set offsets 0, graph 0.1, 0, 0
plot "peers-kernel.dat" using ($2/2):1:(0):2:($1-0.35):($1+0.35):(shade($4)):ytic(5) \
         with boxxyerror lc rgb variable, \
     "" using ($2+$3/2):1:2:($2+$3):($1-0.35):($1+0.35):(light($4)) \
         with boxxyerror lc rgb variable, \
     "" using ($2+$3):1:(sprintf("%g", $2+$3)) with labels left offset 0.5,0 font ",7"
{% endif %}
{% if trip_rows %}
set title "Round trip, user to user" font ",9"
set xlabel "instructions (executed, counted under emulation), log scale"
set logscale x
set xrange [{{ trip_range }}]
set xtics (100, 200, 500, 1000, 2000, 5000, 10000, 20000)
set offsets 0, 0, 0, 0
set yrange [{{ trip_rows - 0.4 }}:-0.6]
plot "peers-trip.dat" using 2:1:(shade($4)):ytic(5) with points pt 7 ps 0.8 lc rgb variable, \
     "" using 2:1:(sprintf("%g", $2)) with labels left offset 1,0 font ",7"
{% endif %}
unset multiplot
