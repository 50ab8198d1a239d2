/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of the caller: validity, and how they may be shown. */
#ifndef SAFE_DOCKER_BASE_TEXT_H
#define SAFE_DOCKER_BASE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "safe-docker/base/arena.h"

/* Decodes one character of UTF-8; returns its length, or 0 where the bytes are not UTF-8 or len is 0. */
size_t sd_text_decode(const char *text, size_t len, uint32_t *point);
/* Characters that control a terminal, change how the text around them is shown, or show as nothing. */
bool sd_text_is_deceptive(uint32_t point);
/* Valid UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF). */
bool sd_text_is_utf8(const char *text, size_t len);
/* Valid UTF-8 without C0 and C1 control characters and DEL. */
bool sd_text_is_printable(const char *text);
/* For terminals and logs: control characters, bidirectional and other invisible format characters, and
 * invalid bytes become \xNN or \u{NNNN}; what is longer than 200 bytes is cut to at most 200, with "..." at
 * the end. A text that has been through it comes out unchanged. */
const char *sd_text_safe(struct sd_arena *arena, const char *text);
bool sd_text_starts_with(const char *text, const char *prefix);
/* Of `count` names the one nearest to `word` (edit distance at most a third of its length, at least 1),
 * or NULL (always for an empty word). `name_at(context, i)` gives the names. */
const char *sd_text_nearest(const char *word, size_t count,
                            const char *(*name_at)(const void *context, size_t index),
                            const void *context);

#endif
