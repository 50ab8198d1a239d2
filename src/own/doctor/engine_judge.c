/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "engine.h"
#include "engine_version.h"
#include "safe-docker/base/text.h"

/* The oldest release that its makers mend, as of the date of holes.def. */
#define MAINTAINED_SINCE 29
/* The release of the CLI that has no content trust any more. */
#define WITHOUT_CONTENT_TRUST 29

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *engine_version_of(const struct facts_engine *engine, const char *component) {
  for (size_t i = 0; i < engine->components.len; i++) {
    const char *name = engine->components.items[i].name;
    if (name != NULL && strcmp(name, component) == 0)
      return engine->components.items[i].version;
  }
  return NULL;
}

enum fact_truth engine_has_option(const struct facts_engine *engine, const char *name) {
  const struct fact_texts *options = &engine->security_options;
  size_t len = strlen(name);
  for (size_t i = 0; i < options->list.v.len; i++) {
    const char *option = options->list.v.items[i];
    option += sd_text_starts_with(option, "name=") ? strlen("name=") : 0;
    if (strncmp(option, name, len) == 0 && (option[len] == '\0' || option[len] == ','))
      return FACT_YES;
  }
  return options->known ? FACT_NO : FACT_UNKNOWN;
}

/* -- versions -------------------------------------------------------------------------------------- */

/* A distribution mends what it ships under its own names, with the version that its makers have given up. */
static const struct fact_package *distribution_package(const struct facts_engine *engine,
                                                       const char *version) {
  static const char *const names[] = {"docker.io", "moby-engine"};
  for (size_t i = 0; engine->local == FACT_YES && i < engine->packages.len; i++) {
    const struct fact_package *package = &engine->packages.items[i];
    for (size_t k = 0; k < COUNT(names); k++)
      if (package->name != NULL && package->version != NULL &&
          strcmp(package->name, names[k]) == 0 &&
          engine_version_is_package(package->version, version))
        return package;
  }
  return NULL;
}

static void judge_maintained(const struct facts_engine *engine, struct findings *out) {
  const char *text = engine_version_of(engine, "engine");
  struct engine_version version;
  if (!engine_version_read(text, &version)) {
    struct finding *finding =
        finding_unknown(out, CHECK_ENGINE_MAINTAINED, "", "the engine's version is not known");
    finding_remedy(out, finding,
                   "docker version tells it, and where the engine was installed from");
    return;
  }
  const struct fact_package *package = distribution_package(engine, text);
  if (package != NULL || version.part[0] >= MAINTAINED_SINCE) {
    finding_pass(out, CHECK_ENGINE_MAINTAINED, "", "%s",
                 package != NULL ? "the distribution keeps it" : "its makers keep it");
    return;
  }
  struct finding *finding =
      finding_bad(out, CHECK_ENGINE_MAINTAINED, "",
                  "the engine's makers no longer mend release %s, and no package of a distribution "
                  "that does is known here",
                  text);
  finding_remedy(out, finding,
                 "install a release from %d on, or the package docker.io of a distribution that is "
                 "maintained; read its release notes first, and restart the containers afterwards",
                 MAINTAINED_SINCE);
}

static void judge_restarted(const struct facts_engine *engine, struct findings *out) {
  if (engine->local != FACT_YES)
    return;
  if (!engine->replaced.known) {
    struct finding *finding = finding_unknown(out, CHECK_ENGINE_RESTARTED, "",
                                              "the programs that run were not looked at");
    finding_remedy(out, finding, "run doctor as root on the host itself");
    return;
  }
  if (engine->replaced.list.v.len == 0)
    finding_pass(out, CHECK_ENGINE_RESTARTED, "", "no daemon runs a program that was replaced");
  for (size_t i = 0; i < engine->replaced.list.v.len; i++) {
    const char *program = engine->replaced.list.v.items[i];
    bool dockerd = strcmp(program, "dockerd") == 0;
    struct finding *finding = finding_bad(
        out, CHECK_ENGINE_RESTARTED, program,
        "%s runs a program that was replaced or removed since, so an update has no effect",
        program);
    finding_remedy(out, finding,
                   "restart it; containers end with dockerd unless live-restore is on");
    finding_command(out, finding, "systemctl restart %s", dockerd ? "docker" : "containerd");
  }
}

static void judge_content_trust(const struct facts_engine *engine, struct findings *out) {
  struct engine_version version;
  if (engine->content_trust != FACT_YES)
    return;
  if (!engine_version_read(engine_version_of(engine, "cli"), &version)) {
    struct finding *finding = finding_unknown(
        out, CHECK_CONTENT_TRUST, "",
        "the version of the command line is not known, so neither is whether it has "
        "content trust");
    finding_remedy(out, finding, "docker trust --help tells whether it has it");
  } else if (version.part[0] < WITHOUT_CONTENT_TRUST) {
    finding_pass(out, CHECK_CONTENT_TRUST, "", "the command line has it");
  } else {
    struct finding *finding = finding_bad(
        out, CHECK_CONTENT_TRUST, "",
        "images.content_trust is on, but the command line has no content trust any more");
    finding_remedy(out, finding,
                   "verify images by images.verify and images.require_digest of the policy "
                   "instead, and take images.content_trust out");
  }
}

/* -- settings ------------------------------------------------------------------------------------- */

/* Whether daemon.json or a command line of the host names it: then the area "daemon" tells. */
static bool is_in_settings(const struct facts *facts, const char *text) {
  for (size_t i = 0; i < facts->daemons.list.len; i++) {
    const struct facts_dockerd *dockerd = &facts->daemons.list.items[i];
    if (dockerd->config.text != NULL && strstr(dockerd->config.text, text) != NULL)
      return true;
    for (size_t k = 0; k < dockerd->argv.list.v.len; k++)
      if (strstr(dockerd->argv.list.v.items[k], text) != NULL)
        return true;
  }
  return false;
}

/* -- confinement ----------------------------------------------------------------------------------- */

static void judge_seccomp(const struct facts *facts, struct findings *out) {
  const struct facts_engine *engine = &facts->engine;
  enum fact_truth seccomp = engine_has_option(engine, "seccomp");
  if (seccomp == FACT_UNKNOWN) {
    struct finding *finding = finding_unknown(out, CHECK_ENGINE_SECCOMP, "",
                                              "the engine does not tell its security options");
    finding_remedy(out, finding, "docker info shows them under \"Security Options\"");
    return;
  }
  if (seccomp == FACT_NO) {
    struct finding *finding = finding_bad(out, CHECK_ENGINE_SECCOMP, "",
                                          "the engine was built or started without seccomp");
    finding_remedy(
        out, finding,
        "use an engine and a kernel with seccomp: those of every Debian and Ubuntu have it");
    return;
  }
  finding_pass(out, CHECK_ENGINE_SECCOMP, "", "the engine applies seccomp profiles");
  if (is_in_settings(facts, "unconfined"))
    return;
  for (size_t i = 0; i < engine->security_options.list.v.len; i++)
    if (strstr(engine->security_options.list.v.items[i], "profile=unconfined") != NULL) {
      struct finding *finding =
          finding_bad(out, CHECK_ENGINE_SECCOMP_DEFAULT, "",
                      "the daemon runs with \"unconfined\" as its default seccomp profile");
      finding_remedy(out, finding,
                     "take the setting out; containers that need more system calls name a profile "
                     "of their own");
      finding_command(out, finding, "safe-docker doctor unset seccomp-profile");
      finding_command(out, finding, "systemctl restart docker");
      return;
    }
  finding_pass(out, CHECK_ENGINE_SECCOMP_DEFAULT, "", "the daemon's default profile is in force");
}

/* Where the kernel has neither, the area "kernel" says so. */
static void judge_lsm(const struct facts *facts, struct findings *out) {
  const struct facts_engine *engine = &facts->engine;
  const struct facts_kernel *kernel = &facts->kernel;
  enum fact_truth apparmor = engine_has_option(engine, "apparmor");
  enum fact_truth selinux = engine_has_option(engine, "selinux");
  if (apparmor == FACT_UNKNOWN || engine_has_option(engine, "rootless") == FACT_YES)
    return; /* the engine of somebody who is not root may not change confinements */
  if (apparmor == FACT_YES || selinux == FACT_YES) {
    finding_pass(out, CHECK_ENGINE_LSM, "", "the engine uses %s",
                 apparmor == FACT_YES ? "AppArmor" : "SELinux");
  } else if (kernel->apparmor == FACT_YES) {
    struct finding *finding =
        finding_bad(out, CHECK_ENGINE_LSM, "AppArmor",
                    "the kernel has AppArmor, and the engine does not use it");
    finding_remedy(out, finding,
                   "install AppArmor's tools and restart the engine; its containers end with it");
    finding_command(out, finding, "apt-get install --yes apparmor");
    finding_command(out, finding, "systemctl restart docker");
  } else if (kernel->selinux == FACT_YES) {
    struct finding *finding = finding_bad(out, CHECK_ENGINE_LSM, "SELinux",
                                          "the kernel has SELinux, and the engine does not use it");
    finding_remedy(out, finding,
                   "switch it on; bind mounts then need the options z or Z, or a label that "
                   "containers may read");
    finding_command(out, finding, "safe-docker doctor set selinux-enabled true");
    finding_command(out, finding, "systemctl restart docker");
  }
}

/* -- how it is set up ------------------------------------------------------------------------------ */

static const struct {
  const char *name, *wrong;
} bad_drivers[] = {
    {"vfs", "it copies the whole image for each container and knows no limits of space"},
    {"aufs", "it was taken out of the kernel and of the engine"},
    {"overlay", "it was replaced by overlay2 and taken out of the engine"},
    {"devicemapper", "it was taken out of the engine"},
};

static bool lies_on_loop_devices(const struct facts_engine *engine) {
  for (size_t i = 0; i < engine->driver_status.list.v.len; i++)
    if (strstr(engine->driver_status.list.v.items[i], "loop file=") != NULL)
      return true;
  return false;
}

static void judge_storage(const struct facts_engine *engine, struct findings *out) {
  const char *driver = engine->storage_driver;
  if (driver == NULL) {
    struct finding *finding = finding_unknown(out, CHECK_STORAGE_DRIVER, "",
                                              "the engine does not tell its storage driver");
    finding_remedy(out, finding, "docker info shows it under \"Storage Driver\"");
    return;
  }
  for (size_t i = 0; i < COUNT(bad_drivers); i++)
    if (strcmp(driver, bad_drivers[i].name) == 0) {
      struct finding *finding =
          finding_bad(out, CHECK_STORAGE_DRIVER, driver, "the storage driver is %s: %s%s", driver,
                      bad_drivers[i].wrong,
                      lies_on_loop_devices(engine) ? "; and it lies on loop devices" : "");
      finding_remedy(out, finding,
                     "use overlay2; images and containers of the old driver are no longer seen and "
                     "must be pulled and made again");
      finding_command(out, finding, "safe-docker doctor set storage-driver '\"overlay2\"'");
      finding_command(out, finding, "systemctl restart docker");
      return;
    }
  finding_pass(out, CHECK_STORAGE_DRIVER, driver, "the storage driver is %s", driver);
}

static void judge_runtime(const struct facts_engine *engine, struct findings *out) {
  static const char *const known[] = {
      "runc",        "crun", "runsc",        "io.containerd.runc.v2",
      "sysbox-runc", "kata", "kata-runtime", "youki"};
  const char *runtime = engine->default_runtime;
  if (runtime == NULL) {
    struct finding *finding = finding_unknown(out, CHECK_DEFAULT_RUNTIME, "",
                                              "the engine does not tell its default runtime");
    finding_remedy(out, finding, "docker info shows it under \"Default Runtime\"");
    return;
  }
  for (size_t i = 0; i < COUNT(known); i++)
    if (strcmp(runtime, known[i]) == 0) {
      finding_pass(out, CHECK_DEFAULT_RUNTIME, runtime, "containers are started by %s", runtime);
      return;
    }
  struct finding *finding = finding_bad(out, CHECK_DEFAULT_RUNTIME, runtime,
                                        "every container is started by the runtime %s", runtime);
  finding_remedy(
      out, finding,
      "let runc be the default; containers that need the other one name it with --runtime, "
      "which the policy allows by runtimes");
  finding_command(out, finding, "safe-docker doctor unset default-runtime");
  finding_command(out, finding, "systemctl restart docker");
}

/* -- registries ------------------------------------------------------------------------------------ */

static void add_registry(struct findings *out, const char *name, const char *wrong) {
  struct finding *finding =
      finding_bad(out, CHECK_REGISTRIES, name, "the daemon as it runs %s %s", wrong, name);
  finding_remedy(
      out, finding,
      "take it out of the daemon's settings where it stands there, give the registry a "
      "certificate, and restart the daemon; containers end with it unless live-restore is on");
  finding_command(out, finding, "systemctl restart docker");
}

static void judge_registries(const struct facts *facts, struct findings *out) {
  static const char *const loopback[] = {"127.0.0.0/8", "::1/128"};
  const struct facts_engine *engine = &facts->engine;
  size_t before = out->v.len;
  if (!engine->insecure_registries.known || !engine->mirrors.known) {
    struct finding *finding = finding_unknown(out, CHECK_REGISTRIES, "",
                                              "the engine does not tell how it asks registries");
    finding_remedy(out, finding, "docker info shows it under \"Insecure Registries\"");
    return;
  }
  for (size_t i = 0; i < engine->insecure_registries.list.v.len; i++) {
    const char *name = engine->insecure_registries.list.v.items[i];
    bool local = strcmp(name, loopback[0]) == 0 || strcmp(name, loopback[1]) == 0;
    if (!local && !is_in_settings(facts, name))
      add_registry(out, name, "asks without TLS");
  }
  for (size_t i = 0; i < engine->mirrors.list.v.len; i++)
    if (sd_text_starts_with(engine->mirrors.list.v.items[i], "http://") &&
        !is_in_settings(facts, engine->mirrors.list.v.items[i]))
      add_registry(out, engine->mirrors.list.v.items[i],
                   "takes images from the mirror without TLS");
  if (out->v.len == before)
    finding_pass(out, CHECK_REGISTRIES, "", "none but those that the settings name");
}

/* -- what it warns of ------------------------------------------------------------------------------ */

/* Words of warnings that other checks deal with, or that weaken nothing. */
static const char *const told_elsewhere[] = {
    "limit support", "limits support",  "IPv4 forwarding", "API is accessible",  "cgroup v1",
    "cfs quota",     "cfs period",      "cpu shares",      "storage-driver",     "kernel memory",
    "blkio",         "oom kill",        "cpuset",          "without encryption", "io.max",
    "io.weight",     "without cgroups",
};

static bool is_told_elsewhere(const char *warning) {
  for (size_t i = 0; i < COUNT(told_elsewhere); i++)
    if (strstr(warning, told_elsewhere[i]) != NULL)
      return true;
  return false;
}

static void judge_warnings(const struct facts_engine *engine, struct findings *out) {
  size_t before = out->v.len;
  if (!engine->warnings.known) {
    struct finding *finding =
        finding_unknown(out, CHECK_ENGINE_WARNINGS, "", "the engine does not tell its warnings");
    finding_remedy(out, finding, "docker info ends with them");
    return;
  }
  for (size_t i = 0; i < engine->warnings.list.v.len; i++) {
    const char *warning = engine->warnings.list.v.items[i];
    warning += sd_text_starts_with(warning, "WARNING: ") ? strlen("WARNING: ") : 0;
    if (is_told_elsewhere(warning))
      continue;
    bool bridge = strstr(warning, "bridge-nf-call") != NULL;
    struct finding *finding =
        finding_bad(out, CHECK_ENGINE_WARNINGS, "", "the engine warns: %s", warning);
    finding_remedy(out, finding, "%s",
                   bridge ? "load br_netfilter at boot: otherwise containers of one network reach "
                            "each other whatever icc says; then restart the engine"
                          : "see what the engine's documentation says of it");
    if (bridge) {
      finding_command(
          out, finding,
          "echo br_netfilter >/etc/modules-load.d/safe-docker.conf && modprobe br_netfilter");
      finding_command(out, finding, "systemctl restart docker");
    }
  }
  if (out->v.len == before)
    finding_pass(out, CHECK_ENGINE_WARNINGS, "", "nothing that is not told elsewhere");
}

/* -------------------------------------------------------------------------------------------------- */

static bool judge_reached(const struct facts_engine *engine, struct findings *out) {
  if (engine->looked == FACT_YES && engine->failure == NULL) {
    finding_pass(out, CHECK_ENGINE_REACHED, "", "the engine answers");
    return true;
  }
  struct finding *finding = finding_unknown(out, CHECK_ENGINE_REACHED, "",
                                            "the engine was not asked, and so neither its versions "
                                            "nor its limits and confinement are known%s%s",
                                            engine->failure == NULL ? "" : ": ",
                                            engine->failure == NULL ? "" : engine->failure);
  finding_remedy(out, finding,
                 "start the engine that docker.host of the policy names (systemctl start docker), "
                 "and look again");
  return false;
}

void doctor_judge_engine(const struct facts *facts, struct findings *out) {
  const struct facts_engine *engine = &facts->engine;
  if (!judge_reached(engine, out))
    return;
  engine_judge_holes(engine, out);
  judge_maintained(engine, out);
  judge_restarted(engine, out);
  engine_judge_limits(facts, out);
  judge_seccomp(facts, out);
  judge_lsm(facts, out);
  judge_storage(engine, out);
  judge_runtime(engine, out);
  judge_registries(facts, out);
  judge_content_trust(engine, out);
  judge_warnings(engine, out);
}
