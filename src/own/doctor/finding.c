/* SPDX-License-Identifier: Apache-2.0 */
#include "finding.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "safe-docker/base/text.h"

#include "report/shell_words.h"

/* As sd_text_safe, but nothing is cut off. */
static const char *make_safe(struct sd_arena *arena, const char *text) {
  if (text == NULL) /* a recorded host may leave out what is always known of a real one */
    return "?";
  struct sd_str out;
  size_t left = strlen(text);
  sd_str_init(&out, arena);
  while (left > 0) {
    uint32_t point = 0;
    size_t len = sd_text_decode(text, left, &point);
    if (len == 0)
      sd_str_addf(&out, "\\x%02x", (unsigned)(unsigned char)*text);
    else if (sd_text_is_deceptive(point))
      sd_str_addf(&out, "\\u{%x}", (unsigned)point);
    else
      sd_str_add_bytes(&out, text, len);
    text += len == 0 ? 1 : len;
    left -= len == 0 ? 1 : len;
  }
  return sd_str_text(&out);
}

SD_PRINTF(5, 0)
static struct finding *add(struct findings *findings, enum check_id check,
                           enum finding_status status, const char *subject, const char *format,
                           va_list list) {
  struct sd_arena *arena = findings->arena;
  struct finding *finding = sd_vec_push(arena, &findings->v);
  finding->check = check;
  finding->status = status;
  finding->subject = make_safe(arena, subject);
  finding->what = make_safe(arena, sd_arena_vprintf(arena, format, list));
  return finding;
}

void finding_pass(struct findings *findings, enum check_id check, const char *subject,
                  const char *format, ...) {
  va_list list;
  va_start(list, format);
  (void)add(findings, check, FINDING_PASS, subject, format, list);
  va_end(list);
}

struct finding *finding_bad(struct findings *findings, enum check_id check, const char *subject,
                            const char *format, ...) {
  va_list list;
  bool fails = checks[check].severity == CHECK_FAIL;
  va_start(list, format);
  struct finding *finding =
      add(findings, check, fails ? FINDING_FAIL : FINDING_WARN, subject, format, list);
  va_end(list);
  return finding;
}

struct finding *finding_unknown(struct findings *findings, enum check_id check, const char *subject,
                                const char *format, ...) {
  va_list list;
  va_start(list, format);
  struct finding *finding = add(findings, check, FINDING_UNKNOWN, subject, format, list);
  va_end(list);
  return finding;
}

void finding_remedy(struct findings *findings, struct finding *finding, const char *format, ...) {
  va_list list;
  va_start(list, format);
  finding->remedy = make_safe(findings->arena, sd_arena_vprintf(findings->arena, format, list));
  va_end(list);
}

/* A line with characters that are not shown as they are would be another one when it is copied. */
void finding_command(struct findings *findings, struct finding *finding, const char *format, ...) {
  va_list list;
  va_start(list, format);
  const char *line = sd_arena_vprintf(findings->arena, format, list);
  va_end(list);
  if (strcmp(line, make_safe(findings->arena, line)) == 0)
    sd_strv_add(&finding->commands, findings->arena, line);
}

/* By printf, which every shell has; $'...' is not known to all of them. Of what it prints a shell takes newlines at the
 * end away: such a text stays with $'...', which such a shell takes for something that is not there. */
static const char *printed_word(struct sd_arena *arena, const char *text) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "\"$(printf '");
  for (; *text != '\0'; text++) {
    bool plain = (unsigned char)(*text - ' ') <= '~' - ' ' && strchr("-'\\%", *text) == NULL;
    sd_str_addf(&out, plain ? "%c" : "\\%03o", (unsigned)(unsigned char)*text);
  }
  sd_str_add(&out, "')\"");
  return sd_str_text(&out);
}

const char *finding_word(struct findings *findings, const char *text) {
  struct sd_str out;
  text = text != NULL ? text : "";
  size_t len = strlen(text);
  bool shown = strcmp(text, make_safe(findings->arena, text)) == 0;
  if (!shown && len > 0 && text[len - 1] != '\n')
    return printed_word(findings->arena, text);
  sd_str_init(&out, findings->arena);
  sd_shell_add_word(&out, text);
  return sd_str_text(&out);
}
