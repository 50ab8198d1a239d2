/* SPDX-License-Identifier: Apache-2.0 */
#include "checks.h"

#include <string.h>

#include "safe-docker/base/text.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

bool sd_check_word(const char *text) {
  return text[0] != '\0' && strchr(text, ' ') == NULL && sd_text_is_printable(text);
}

bool sd_check_name(const char *text, const char *extra) {
  if (strspn(text, DIGITS LETTERS) == 0)
    return false;
  for (; *text != '\0'; text++)
    if (strchr(DIGITS LETTERS, *text) == NULL && strchr(extra, *text) == NULL)
      return false;
  return true;
}

bool sd_check_hex(const char *text) {
  return text[0] != '\0' && text[strspn(text, DIGITS "abcdefABCDEF")] == '\0';
}

bool sd_check_mac(const char *text) {
  for (size_t i = 0; i < 17; i++) {
    bool right = i % 3 == 2 ? text[i] == ':'
                            : text[i] != '\0' && strchr(DIGITS "abcdefABCDEF", text[i]) != NULL;
    if (!right)
      return false;
  }
  return text[17] == '\0';
}

/* Blanks before the key count for nothing: some reader of labels may trim them. */
bool sd_label_is_reserved(const char *label) {
  label += strspn(label, " \t");
  if (sd_text_starts_with(label, "com.docker.swarm."))
    return true;
  static const char ours[] = "io.safe-docker";
  return sd_text_starts_with(label, ours) && strchr(".= \t", label[sizeof(ours) - 1]) != NULL;
}

void sd_check_failed(struct sd_decision *decision, const char *rule, const struct sd_given *given,
                     const struct sd_error *err) {
  sd_deny(decision, rule, given, err->hint, "%s", err->message);
}
