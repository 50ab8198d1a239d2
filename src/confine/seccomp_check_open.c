/* SPDX-License-Identifier: Apache-2.0 */
/* What a profile leaves open, apart from single calls; and errnos that programs misread. */
#include <errno.h>
#include <string.h>

#include "safe-docker/confine/seccomp_calls.h"
#include "seccomp_check_job.h"
#include "seccomp_multiplex.h"
#include "seccomp_target.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* -- default action and architectures ----------------------------------------------------------- */

static void check_default(const struct sd_seccomp_job *job) {
  uint32_t action = job->profile->default_action;
  if (sd_seccomp_allows_action(action))
    sd_seccomp_find(job, job->action, "default-allows",
                    "the default action is \"%s\": every call that no rule names is let through, "
                    "those of newer kernels too",
                    sd_seccomp_action_text(job->arena, action));
}

/* Ways into the kernel beside the machine's own. */
static const struct {
  uint32_t arch;
  const char *kind, *words;
} ways[] = {
    {SCMP_ARCH_X32, "x32-open",
     "the x32 ABI is left open: a second table of calls that hardly any program uses and hardly "
     "anybody tests (CVE-2014-0038), in kernels that have it"},
    {SCMP_ARCH_X86, "i386-open",
     "32-bit calls (i386) are left open: old calls and conversions that 64-bit programs never "
     "use; only 32-bit programs need them"},
    {SCMP_ARCH_ARM, "arm-open",
     "32-bit calls (arm) are left open: old calls and conversions that 64-bit programs never use; "
     "only 32-bit programs need them"},
};

static void check_ways(const struct sd_seccomp_job *job) {
  for (size_t i = 1; i < job->arches.v.len; i++)
    for (size_t k = 0; k < COUNT(ways); k++)
      if (job->arches.v.items[i] == ways[k].arch)
        sd_seccomp_find(job, job->architectures, ways[k].kind, "%s", ways[k].words);
}

/* The runtime adds the machine's own architecture in any case, but no other. */
static void check_machine(const struct sd_seccomp_job *job) {
  const struct sd_seccomp_profile *profile = job->profile;
  bool listed = profile->architectures.len == 0 && profile->arch_map.len == 0;
  for (size_t i = 0; i < profile->architectures.len; i++)
    listed = listed || profile->architectures.items[i]->token == job->target->arch;
  for (size_t i = 0; i < profile->arch_map.len; i++)
    listed = listed || profile->arch_map.items[i].arch->token == job->target->arch;
  if (!listed)
    sd_seccomp_find(job, job->architectures, "machine-missing",
                    "the architectures of the profile lack the machine's, %s: the runtime adds it, "
                    "but the profile was made for other machines",
                    sd_seccomp_arch_name(job->target->arch));
}

/* -- multiplexers ------------------------------------------------------------------------------- */

static bool allows_outright(const struct sd_seccomp_job *job, const char *name) {
  struct sd_seccomp_rulings rulings = {{NULL, 0, 0}};
  sd_seccomp_rule_on(job->arena, job->profile, job->target, name, &rulings);
  for (size_t i = 0; i < rulings.v.len; i++)
    if (rulings.v.items[i].when[0] == '\0' && !rulings.v.items[i].left_out &&
        sd_seccomp_allows_action(rulings.v.items[i].action))
      return true;
  return false;
}

/* The first rule of the target that names the call; otherwise where the architectures stand. */
static struct sd_seccomp_spot spot_of(const struct sd_seccomp_job *job, const char *name) {
  for (size_t i = 0; i < job->profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &job->profile->rules.items[i];
    for (size_t k = 0; k < rule->names.v.len; k++)
      if (strcmp(rule->names.v.items[k], name) == 0 && sd_seccomp_applies(rule, job->target))
        return rule->spots[k];
  }
  return job->architectures;
}

static bool lets_through(const struct sd_seccomp_job *job, uint32_t arch,
                         const struct sd_seccomp_sub_call *row) {
  struct sd_seccomp_call call = {.arch = arch, .args = {row->number}};
  uint32_t action;
  return sd_seccomp_number_of(arch, row->through, &call.number) &&
         sd_seccomp_answer(job->program, &call, &action) && sd_seccomp_allows_action(action);
}

static void check_multiplexer(const struct sd_seccomp_job *job, uint32_t arch,
                              const char *through) {
  struct sd_strv names = {{NULL, 0, 0}};
  const struct sd_seccomp_sub_call *row;
  for (size_t i = 0; (row = sd_seccomp_sub_call(i)) != NULL; i++)
    if (strcmp(row->through, through) == 0 && lets_through(job, arch, row) &&
        !allows_outright(job, row->name))
      sd_strv_add(&names, job->arena, row->name);
  if (names.v.len > 0)
    sd_seccomp_find(job, spot_of(job, names.v.items[0]), "multiplexer-open",
                    "%s of %s lets through, whatever their arguments, what the profile refuses or "
                    "restricts: %s; a rule that refuses %s closes that way",
                    through, sd_seccomp_arch_name(arch), sd_seccomp_some_names(job->arena, &names),
                    through);
}

/* Calls come by these with their arguments in memory, where no filter can see them. */
static void check_multiplexers(const struct sd_seccomp_job *job) {
  bool open =
      sd_seccomp_allows_action(job->profile->default_action) && job->profile->rules.len == 0;
  for (size_t i = 0; !open && job->program != NULL && i < job->arches.v.len; i++) {
    check_multiplexer(job, job->arches.v.items[i], "socketcall");
    check_multiplexer(job, job->arches.v.items[i], "ipc");
  }
}

void sd_seccomp_check_open(const struct sd_seccomp_job *job) {
  check_default(job);
  check_machine(job);
  check_ways(job);
  check_multiplexers(job);
}

/* -- errnos ------------------------------------------------------------------------------------- */

/* ERESTARTSYS and others, linux/errno.h: the kernel keeps them to itself. */
#define FIRST_INTERNAL 512
#define LAST_INTERNAL 531

static const struct {
  int number;
  const char *words;
} misread[] = {
    {EINTR, "programs try again, for ever"},
    {EAGAIN, "programs try again, for ever"},
    {EEXIST, "programs take it for \"it is there already\", so as good as done"},
    {EINPROGRESS, "programs take it for \"on its way\", and wait"},
    {EALREADY, "programs take it for \"on its way\", and wait"},
    {EISCONN, "programs take it for \"connected already\", so as good as done"},
    {ENOENT, "programs take it for a missing file"},
};

static const char *misreading(uint32_t action) {
  int number = (int)(action & SECCOMP_RET_DATA);
  if ((action & SECCOMP_RET_ACTION_FULL) != SECCOMP_RET_ERRNO)
    return NULL;
  if (number >= FIRST_INTERNAL && number <= LAST_INTERNAL)
    return "the kernel uses it inside and may begin the call again";
  if (strerrorname_np(number) == NULL)
    return "no program knows it";
  for (size_t i = 0; i < COUNT(misread); i++)
    if (misread[i].number == number)
      return misread[i].words;
  return NULL;
}

static void check_errno(const struct sd_seccomp_job *job, struct sd_seccomp_spot spot,
                        uint32_t action) {
  const char *why = misreading(action);
  if (why != NULL)
    sd_seccomp_find(job, spot, "misleading-errno",
                    "refusing with %s: %s; EPERM (1), EACCES (13) and ENOSYS (38) are understood",
                    sd_seccomp_action_text(job->arena, action), why);
}

void sd_seccomp_check_errnos(const struct sd_seccomp_job *job) {
  check_errno(job, job->action, job->profile->default_action);
  for (size_t i = 0; i < job->profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &job->profile->rules.items[i];
    check_errno(job, (struct sd_seccomp_spot){rule->line, rule->column}, rule->action);
  }
}
