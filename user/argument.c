/* Boot arguments: words of the form key or key=value, separated by spaces.
 * SPDX-License-Identifier: BSD-2-Clause */

#include <l4user/argument.h>

#include <stddef.h>

#include <l4user/runtime.h>
#include <l4user/string.h>

const char *const argument_of_kernel[] = {
    "break", "nopcid", "nofsgsbase", "nox2apic", "nodeadline", "fastpath", NULL,
};

struct word {
    const char *key;
    size_t key_length;
    const char *value;
    size_t value_length;
};

/* Reads the next word; returns what follows it, NULL when there is none. */
static const char *
next_word(const char *text, struct word *word)
{
    while (*text == ' ') {
        text++;
    }
    if (*text == '\0') {
        return NULL;
    }
    word->key = text;
    while (*text != '\0' && *text != ' ' && *text != '=') {
        text++;
    }
    word->key_length = (size_t)(text - word->key);
    word->value = *text == '=' ? ++text : text;
    while (*text != '\0' && *text != ' ') {
        text++;
    }
    word->value_length = (size_t)(text - word->value);
    return text;
}

static void
copy(char to[ARGUMENT_MAX], const char *from, size_t length)
{
    length = length < ARGUMENT_MAX ? length : ARGUMENT_MAX - 1;
    memcpy(to, from, length);
    to[length] = '\0';
}

static bool
is_key(const struct word *word, const char *key)
{
    return strlen(key) == word->key_length && strncmp(key, word->key, word->key_length) == 0;
}

static bool
is_listed(const struct word *word, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (is_key(word, *list)) {
            return true;
        }
    }
    return false;
}

bool
argument_value(const char *key, char value[ARGUMENT_MAX])
{
    const char *text = bootinfo()->arguments;
    struct word word;
    bool found = false;

    while ((text = next_word(text, &word)) != NULL) {
        if (is_key(&word, key)) {
            copy(value, word.value, word.value_length);
            found = true;
        }
    }
    return found;
}

bool
argument_unknown(const char *const *known, char key[ARGUMENT_MAX])
{
    const char *text = bootinfo()->arguments;
    struct word word;

    while ((text = next_word(text, &word)) != NULL) {
        if (!is_listed(&word, known) && !is_listed(&word, argument_of_kernel)) {
            copy(key, word.key, word.key_length);
            return true;
        }
    }
    return false;
}
