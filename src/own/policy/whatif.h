/* SPDX-License-Identifier: Apache-2.0 */
/* What would be decided: a command line, for somebody, under some policy. Nothing is executed and nothing recorded.
 *
 * MUST: decide by the same functions as a request; look at files as the one who would ask, where this process can
 * become them; change nothing of this process. */
#ifndef SAFE_DOCKER_SRC_WHATIF_H
#define SAFE_DOCKER_SRC_WHATIF_H

#include "safe-docker/policy/files.h"

#include "session.h"
#include "whatif_world.h"

struct whatif {
  const struct sd_policy_text *texts; /* merged over the built-in default, in order */
  size_t text_count;
  const struct sd_identity *who; /* who would ask; groups filled. See whatif_find_user */
  const char *folder;            /* where they stand; NULL: here */
  const struct sd_strv *words;   /* behind the program's name */
  bool
      ask_daemon; /* false: whatever a command names exists and is the caller's own. Root alone is told more */
  const struct sd_strv *group_names; /* of their groups that the host need not have; NULL: none */
  const struct whatif_world
      *world; /* files that are only imagined; NULL: none. Goes without ask_daemon */
};

struct whatif_answer {
  bool allowed;
  struct sd_strv rules;    /* of the violations, in order; each once */
  struct sd_json *explain; /* what --explain=json prints */
  size_t bytes;            /* of that as a text */
  const char *
      note; /* what could not be seen as the one who would ask, and was seen as this process; or NULL */
};

/* In a process of its own, which becomes `who` where this one is root. False: no answer, such as a policy that cannot be
 * read for them, or a compose project while the daemon is not asked. */
bool whatif_decide(struct session *session, const struct whatif *question,
                   struct whatif_answer *out, struct sd_error *err) SD_WARN_UNUSED;

/* An account by name or number, with its groups. */
bool whatif_find_user(struct sd_arena *arena, const char *name, struct sd_identity *out,
                      struct sd_error *err) SD_WARN_UNUSED;

/* The texts of the policy in force, or of one file (opened with the rights of this process), as policy_input_texts. */
bool whatif_texts(struct session *session, const char *file, struct sd_policy_texts *out,
                  struct sd_error *err) SD_WARN_UNUSED;

#endif
