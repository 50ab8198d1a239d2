/* SPDX-License-Identifier: Apache-2.0 */
#include "shell_words.h"

#include <stdint.h>
#include <string.h>

#include "safe-docker/base/text.h"

/* Bytes that a terminal would not show as they are, as bash and POSIX.1-2024 write them. */
static void add_ansi_quoted(struct sd_str *out, const char *word) {
  sd_str_add(out, "$'");
  for (size_t left = strlen(word); left > 0;) {
    uint32_t point = 0;
    size_t step = sd_text_decode(word, left, &point);
    bool hidden = step == 0 || sd_text_is_deceptive(point);
    step = step == 0 ? 1 : step;
    for (size_t i = 0; hidden && i < step; i++)
      sd_str_addf(out, "\\x%02x", (unsigned char)word[i]);
    if (!hidden && (point == '\'' || point == '\\'))
      sd_str_add_char(out, '\\');
    if (!hidden)
      sd_str_add_bytes(out, word, step);
    word += step;
    left -= step;
  }
  sd_str_add_char(out, '\'');
}

static bool is_showable(const char *word) {
  uint32_t point = 0;
  for (size_t left = strlen(word), step = 0; left > 0; left -= step, word += step) {
    step = sd_text_decode(word, left, &point);
    if (step == 0 || sd_text_is_deceptive(point))
      return false;
  }
  return true;
}

void sd_shell_add_word(struct sd_str *out, const char *word) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                              "_-+=:,./@%";
  if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
    sd_str_add(out, word);
    return;
  }
  if (!is_showable(word)) {
    add_ansi_quoted(out, word);
    return;
  }
  sd_str_add_char(out, '\'');
  for (; *word != '\0'; word++)
    if (*word == '\'')
      sd_str_add(out, "'\\''");
    else
      sd_str_add_char(out, *word);
  sd_str_add_char(out, '\'');
}
