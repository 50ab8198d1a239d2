/* SPDX-License-Identifier: Apache-2.0 */
#include "setup_show.h"

#include <string.h>

void setup_views_look(struct setup *setup, const struct setup_deployment *deployment,
                      struct setup_views *out) {
  *out = (struct setup_views){0};
  for (size_t i = 0; i < deployment->count; i++) {
    struct setup_view *view = sd_vec_push(setup->arena, &out->v);
    deployment->steps[i].look(setup, &deployment->steps[i], view);
  }
  for (size_t i = 0; i < out->v.len; i++) {
    const struct setup_view *view = &out->v.items[i];
    bool open = setup->undo ? view->ours : !view->complete;
    out->open += open ? 1 : 0;
    if (open && view->problem != NULL && out->blocked == NULL)
      out->blocked = view;
  }
}

static void add_content(struct sd_str *out, const char *mark, const char *content) {
  while (*content != '\0') {
    size_t len = strcspn(content, "\n");
    sd_str_addf(out, "           %s ", mark);
    sd_str_add_bytes(out, content, len);
    sd_str_add_char(out, '\n');
    content += len + (content[len] == '\n' ? 1 : 0);
  }
}

static const char *word_for(const struct setup *setup, const struct setup_view *view) {
  bool open = setup->undo ? view->ours : !view->complete;
  if (!open)
    return setup->undo ? "leave" : "ok";
  return view->problem != NULL ? "cannot" : setup->undo ? "undo" : "make";
}

static void add_view(const struct setup *setup, const struct setup_view *view, struct sd_str *out) {
  const char *word = word_for(setup, view);
  sd_str_addf(out, "  %-8s %s\n", word, setup->undo ? view->undo : view->line);
  if (strcmp(word, "make") == 0 && view->content != NULL)
    add_content(out, "|", view->content);
  if (strcmp(word, "make") == 0 && view->changes != NULL)
    add_content(out, ">", view->changes);
  if (strcmp(word, "cannot") == 0)
    sd_str_addf(out, "           %s\n", view->problem);
}

const char *setup_views_text(const struct setup *setup, const struct setup_views *views,
                             const struct sd_strv *warnings) {
  struct sd_str out;
  size_t count = views->v.len;
  sd_str_init(&out, setup->arena);
  for (size_t i = 0; i < count; i++)
    add_view(setup, &views->v.items[setup->undo ? count - 1 - i : i], &out);
  for (size_t i = 0; i < warnings->v.len; i++)
    sd_str_addf(&out, "  warning  %s\n", warnings->v.items[i]);
  return sd_str_text(&out);
}
