/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes: names that the policy allows, of the local driver, without driver options (which can
 * make a volume of any device or folder of the host).
 *
 * MUST: let nobody use a volume by its name that is not the caller's own, unless the policy gives it to everybody. */
#include <string.h>

#include "checks.h"
#include "internal.h"
#include "mounts.h"
#include "safe-docker/base/text.h"

#define ANONYMOUS_LEN 64 /* hex digits that Docker draws */

static const char *shown(const struct sd_rule_input *in, const char *text) {
  return sd_text_safe(in->arena, text);
}

/* -- names -------------------------------------------------------------------------------------- */

static bool refuse(struct sd_refusal *out, const char *rule, const char *hint, const char *reason) {
  *out = (struct sd_refusal){rule, reason, hint};
  return false;
}

bool sd_volume_name(const struct sd_rule_input *in, const char *name, struct sd_refusal *out) {
  static const char rule[] = "volume-name";
  if (!sd_check_name(name, "_.-"))
    return refuse(out, rule, "use letters, digits, _ . and - alone",
                  sd_arena_printf(in->arena, "%s is no name of a volume",
                                  name[0] != '\0' ? shown(in, name) : "an empty text"));
  if (strlen(name) == ANONYMOUS_LEN && sd_check_hex(name))
    return refuse(out, rule, "give the volume a name of your own: -v NAME:/path",
                  "the name is of the form that Docker gives to anonymous volumes; it may be "
                  "another container's");
  if (sd_policy_matches_any(&in->policy->mounts.volumes, name))
    return true;
  const char *allowed = sd_rule_list(in->arena, &in->policy->mounts.volumes, "");
  return refuse(
      out, rule,
      allowed[0] == '\0' ? "use an anonymous volume: -v /path"
                         : sd_arena_printf(in->arena, "allowed names: %s", allowed),
      sd_arena_printf(in->arena, "the policy does not allow the volume %s", shown(in, name)));
}

static bool check_name(const struct sd_rule_input *in, struct sd_decision *decision,
                       const struct sd_mount *mount) {
  struct sd_refusal refusal;
  if (mount->source == NULL || sd_volume_name(in, mount->source, &refusal))
    return true;
  sd_deny(decision, refusal.rule, mount->given, refusal.hint, "%s", refusal.reason);
  return false;
}

/* -- whose it is -------------------------------------------------------------------------------- */

bool sd_volume_is_shared(const struct sd_rule_input *in, const char *name) {
  return in->policy->isolation == SD_ISOLATION_SHARED ||
         sd_policy_matches_any(&in->policy->mounts.shared_volumes, name);
}

/* Of a name that stands in the command several times the first counts, as for Docker. */
static void note(const struct sd_rule_input *in, struct sd_decision *decision, const char *name,
                 const struct sd_strv *labels, bool exists) {
  for (size_t i = 0; i < decision->volumes.v.len; i++)
    if (strcmp(decision->volumes.v.items[i].name, name) == 0)
      return;
  *sd_vec_push(in->arena, &decision->volumes.v) =
      (struct sd_own_volume){.name = name, .labels = *labels, .exists = exists};
  if (!exists)
    sd_changed(
        decision, "volume-owner", "the volume is new, and is made your own before it is used",
        "volume create --label=" SD_OWNER_LABEL "=%u -- %s", (unsigned)in->caller->uid, name);
}

bool sd_volume_own(const struct sd_rule_input *in, struct sd_decision *decision, const char *name,
                   const struct sd_strv *labels, struct sd_refusal *out) {
  switch (sd_rule_find(in, decision, SD_OBJECT_VOLUME, name, NULL)) {
  case SD_FOUND_OWN:
    note(in, decision, name, labels, true);
    return true;
  case SD_FOUND_NOTHING:
    note(in, decision, name, labels, false);
    return true;
  case SD_FOUND_FOREIGN:
    break;
  }
  return refuse(out, "volume-owner", "choose another name",
                sd_arena_printf(in->arena, "the name %s is taken by a volume that is not yours",
                                shown(in, name)));
}

static bool check_owner(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_mount *mount) {
  struct sd_refusal refusal;
  if (mount->source == NULL || sd_volume_is_shared(in, mount->source) ||
      sd_volume_own(in, decision, mount->source, &mount->labels, &refusal))
    return true;
  sd_deny(decision, refusal.rule, mount->given, refusal.hint, "%s", refusal.reason);
  return false;
}

bool sd_volume_is_held_rightly(const struct sd_rule_input *in, struct sd_decision *decision,
                               const char *name) {
  bool drawn = strlen(name) == ANONYMOUS_LEN && sd_check_hex(name);
  return drawn || sd_volume_is_shared(in, name) ||
         sd_rule_find(in, decision, SD_OBJECT_VOLUME, name, NULL) == SD_FOUND_OWN;
}

/* -- options ------------------------------------------------------------------------------------ */

static bool check_driver(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_mount *mount) {
  bool good = true;
  if (mount->driver != NULL && mount->driver[0] != '\0' && strcmp(mount->driver, "local") != 0) {
    sd_deny(decision, "volume-driver", mount->given,
            "leave it out: volumes are of the local driver",
            "the volume driver %s runs as root on the host", shown(in, mount->driver));
    good = false;
  }
  if (mount->driver_opts.v.len > 0) {
    sd_deny(decision, "volume-options", mount->given, "leave volume-opt out",
            "with driver options a volume can be any device or folder of the host");
    good = false;
  }
  return good;
}

static bool check_labels(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_mount *mount) {
  for (size_t i = 0; i < mount->labels.v.len; i++) {
    const char *label = mount->labels.v.items[i];
    if (!sd_text_is_printable(label) || sd_label_is_reserved(label)) {
      sd_deny(decision, "label-reserved", mount->given, "choose another label",
              "the label %s is reserved or not printable", shown(in, label));
      return false;
    }
  }
  return true;
}

/* Clean and relative, and within the volume. */
static bool is_subpath(const struct sd_rule_input *in, const char *path) {
  const char *rooted = sd_arena_printf(in->arena, "/%s", path);
  const char *clean = NULL;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  return path[0] != '\0' && sd_path_clean(in->arena, rooted, &clean, &err) &&
         strcmp(clean, rooted) == 0;
}

static bool check_options(const struct sd_rule_input *in, struct sd_decision *decision,
                          const struct sd_mount *mount) {
  bool good = true;
  if (mount->propagation != NULL) {
    sd_deny(decision, "bind-propagation", mount->given, "leave it out",
            "propagation is for bind mounts");
    good = false;
  }
  if (mount->selinux != NULL) {
    sd_deny(decision, "bind-relabel", mount->given, "leave it out",
            "%s would change SELinux labels on the host, as root", shown(in, mount->selinux));
    good = false;
  }
  if (mount->recursive != NULL || mount->nonrecursive != SD_UNSET || mount->create_source) {
    sd_deny(decision, "volume-options", mount->given, "leave it out",
            "bind options are for bind mounts");
    good = false;
  }
  if (mount->subpath != NULL && !is_subpath(in, mount->subpath)) {
    sd_deny(decision, "volume-subpath", mount->given, "write it as folder/folder",
            "%s is no clean path within the volume", shown(in, mount->subpath));
    good = false;
  }
  return good;
}

void sd_mounts_volume(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_mount *mount) {
  bool good = check_name(in, decision, mount);
  good = check_driver(in, decision, mount) && good;
  good = check_labels(in, decision, mount) && good;
  good = check_options(in, decision, mount) && good;
  if (!good || !check_owner(in, decision, mount))
    return;
  *sd_vec_push(in->arena, &decision->out.mounts.v) = (struct sd_mount){
      .kind = SD_MOUNT_VOLUME,
      .short_form = mount->short_form,
      .source = mount->source,
      .target = mount->target,
      .read_only = mount->read_only,
      .nocopy = mount->nocopy,
      .subpath = mount->subpath,
      .labels = mount->labels,
      .tmpfs_size = -1,
      .tmpfs_mode = -1,
      .given = mount->given,
  };
}
