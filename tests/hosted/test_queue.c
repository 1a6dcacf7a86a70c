/* Tests of the run queue, and of the queue policy that is built in, against naive models.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The policy's model knows only what every choice must promise, so that one test serves all. */
#include "support.h"

#include <string.h>

#define THREADS 24

static struct run_queue queue;
static struct thread *threads[THREADS];

static void
make_threads(uint8_t priorities)
{
    memset(&queue, 0, sizeof(queue));
    for (int i = 0; i < THREADS; i++)
        threads[i] = world_thread(0, (uint8_t)(random_below(priorities) * 255 / priorities));
}

static void
test_highest_of_each_priority(void **state)
{
    (void)state;
    memset(&queue, 0, sizeof(queue));
    assert_int_equal(run_queue_highest(&queue), -1);
    struct thread *thread = world_thread(0, 0);
    for (unsigned priority = 0; priority < L4_PRIORITIES; priority++) {
        thread->priority = (uint8_t)priority;
        run_queue_append(&queue, thread);
        assert_int_equal(run_queue_highest(&queue), priority);
        assert_ptr_equal(queue.lists[priority].head, thread);
        run_queue_remove(&queue, thread);
        assert_int_equal(run_queue_highest(&queue), -1);
    }
}

/* The model of the data structure: for each priority an array of thread numbers, in order. */
static struct {
    int at[THREADS];
    int count;
} model[L4_PRIORITIES];

static void
model_insert(int thread, bool front)
{
    uint8_t priority = threads[thread]->priority;
    int at = front ? 0 : model[priority].count;
    memmove(&model[priority].at[at + 1], &model[priority].at[at],
            (size_t)(model[priority].count - at) * sizeof(int));
    model[priority].at[at] = thread;
    model[priority].count++;
}

static void
model_remove(int thread)
{
    uint8_t priority = threads[thread]->priority;
    int at = 0;
    while (model[priority].at[at] != thread)
        at++;
    model[priority].count--;
    memmove(&model[priority].at[at], &model[priority].at[at + 1],
            (size_t)(model[priority].count - at) * sizeof(int));
}

static void
check_model(void)
{
    int highest = -1;
    for (int priority = 0; priority < (int)L4_PRIORITIES; priority++) {
        struct thread *before = NULL;
        struct thread *thread = queue.lists[priority].head;
        for (int i = 0; i < model[priority].count; i++) {
            assert_ptr_equal(thread, threads[model[priority].at[i]]);
            assert_ptr_equal(thread->ready_prev, before);
            before = thread;
            thread = thread->ready_next;
            highest = priority;
        }
        assert_null(thread);
        assert_ptr_equal(queue.lists[priority].tail, before);
    }
    assert_int_equal(run_queue_highest(&queue), highest);
}

static void
test_lists_random(void **state)
{
    (void)state;
    random_seed(2);
    make_threads(6);
    memset(model, 0, sizeof(model));
    for (int step = 0; step < 4000; step++) {
        int i = (int)random_below(THREADS);
        bool front = random_below(2);
        if (threads[i]->queued) {
            model_remove(i);
            run_queue_remove(&queue, threads[i]);
        } else {
            model_insert(i, front);
            (front ? run_queue_prepend : run_queue_append)(&queue, threads[i]);
        }
        check_model();
    }
}

/* The highest priority among the threads that wait to run, or -1. The one that runs may be among
 * them: queue=lazy leaves it where it is. */
static int
highest_waiting(const bool *waits, int current)
{
    int highest = -1;
    for (int i = 0; i < THREADS; i++)
        if ((waits[i] || (i == current && threads[i]->queued)) && threads[i]->priority > highest)
            highest = threads[i]->priority;
    return highest;
}

static void
check_policy(const bool *waits, int current)
{
    int highest = highest_waiting(waits, current);
    assert_true(queue_highest(&queue) >= highest);
    struct thread *first = queue_first(&queue);
    if (highest < 0) {
        assert_null(first);
        return;
    }
    assert_non_null(first);
    assert_int_equal(first->priority, highest);
    assert_int_equal(first->state, THREAD_READY);
}

/* One event in the life of a thread, as the scheduler passes it on. */
static void
policy_step(int i, int *current, bool *waits)
{
    struct thread *thread = threads[i];
    if (i == *current) { /* it blocks, gives way, or is preempted */
        unsigned how = (unsigned)random_below(3);
        if (how == 0) {
            thread->state = THREAD_RECEIVING;
            queue_block(&queue, thread);
        } else {
            (how == 1 ? queue_yield : queue_preempt)(&queue, thread);
            waits[i] = true;
        }
        *current = -1;
    } else if (waits[i] && random_below(2)) { /* stopped */
        queue_leave(&queue, thread);
        thread->state = THREAD_STOPPED;
        waits[i] = false;
    } else if (!waits[i]) { /* woken */
        thread->state = THREAD_READY;
        queue_ready(&queue, thread);
        waits[i] = true;
    }
}

static void
test_policy_random(void **state)
{
    (void)state;
    bool waits[THREADS] = {false};
    int current = -1;
    random_seed(3);
    make_threads(5);
    for (int step = 0; step < 20000; step++) {
        policy_step((int)random_below(THREADS), &current, waits);
        check_policy(waits, current);
        if (current >= 0 || highest_waiting(waits, current) < 0)
            continue;
        struct thread *first = queue_first(&queue);
        for (int i = 0; i < THREADS; i++)
            if (threads[i] == first)
                current = i;
        queue_run(&queue, first);
        waits[current] = false;
    }
}

static void
test_yield_is_round_robin(void **state)
{
    (void)state;
    int turns[THREADS] = {0};
    make_threads(1);
    for (int i = 0; i < THREADS; i++) {
        threads[i]->state = THREAD_READY;
        queue_ready(&queue, threads[i]);
    }
    for (int turn = 0; turn < 10 * THREADS; turn++) {
        struct thread *first = queue_first(&queue);
        queue_run(&queue, first);
        assert_ptr_equal(first, threads[turn % THREADS]);
        turns[turn % THREADS]++;
        queue_yield(&queue, first);
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(turns[i], 10);
}

static void
test_preempted_is_first_of_its_priority(void **state)
{
    (void)state;
    make_threads(1);
    for (int i = 0; i < 3; i++) {
        threads[i]->state = THREAD_READY;
        queue_ready(&queue, threads[i]);
    }
    queue_run(&queue, threads[0]);
    queue_preempt(&queue, threads[0]);
    assert_ptr_equal(queue_first(&queue), threads[0]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_highest_of_each_priority, 1),
        TEST(test_lists_random, 1),
        TEST(test_policy_random, 1),
        TEST(test_yield_is_round_robin, 1),
        TEST(test_preempted_is_first_of_its_priority, 1),
    };
    return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
