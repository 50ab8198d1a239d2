/* SPDX-License-Identifier: Apache-2.0 */
/* From what the engine tells of a container to the command line that makes it: one row for each member of HostConfig
 * and Config that decides what a container may do. Source: api/types/container of moby 20.10 to 29, and what docker/cli
 * makes of each option (cli/command/container/opts.go). */
#include <string.h>

#include "containers.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

enum kind {
  TEXT,    /* "" is none */
  NUMBER,  /* 0 and null are none */
  POINTER, /* a number; null and -1 are none */
  CPUS,    /* billionths */
  FLAG,    /* false is none */
  LIST,    /* of texts */
  PAIRS,   /* an object of texts: key=value */
  SECRETS, /* the same, and a value may be a secret */
  READ,
};

struct row {
  const char *part, *member;
  enum kind kind;
  const char *option; /* NULL: `read` knows */
  container_reader *read;
};

#define HOST(member, kind, option)                                                                 \
  { "HostConfig", member, kind, option, NULL }
#define HOST_READ(member, read)                                                                    \
  { "HostConfig", member, READ, NULL, read }
#define CONFIG(member, kind, option)                                                               \
  { "Config", member, kind, option, NULL }

static const struct row rows[] = {
    HOST("Annotations", SECRETS, "annotation"),
    HOST_READ("Binds", container_read_binds),
    HOST("BlkioWeight", NUMBER, "blkio-weight"),
    HOST_READ("BlkioDeviceReadBps", container_read_blkio_bps_read),
    HOST_READ("BlkioDeviceReadIOps", container_read_blkio_iops_read),
    HOST_READ("BlkioDeviceWriteBps", container_read_blkio_bps_write),
    HOST_READ("BlkioDeviceWriteIOps", container_read_blkio_iops_write),
    HOST_READ("BlkioWeightDevice", container_read_blkio_weight),
    HOST("CapAdd", LIST, "cap-add"),
    HOST("CapDrop", LIST, "cap-drop"),
    HOST("CgroupParent", TEXT, "cgroup-parent"),
    HOST("CgroupnsMode", TEXT, "cgroupns"),
    HOST("CpuPeriod", NUMBER, "cpu-period"),
    HOST("CpuQuota", NUMBER, "cpu-quota"),
    HOST("CpuRealtimePeriod", NUMBER, "cpu-rt-period"),
    HOST("CpuRealtimeRuntime", NUMBER, "cpu-rt-runtime"),
    HOST("CpuShares", NUMBER, "cpu-shares"),
    HOST("CpusetCpus", TEXT, "cpuset-cpus"),
    HOST("CpusetMems", TEXT, "cpuset-mems"),
    HOST("DeviceCgroupRules", LIST, "device-cgroup-rule"),
    HOST_READ("DeviceRequests", container_read_gpus),
    HOST_READ("Devices", container_read_devices),
    HOST("Dns", LIST, "dns"),
    HOST("DnsOptions", LIST, "dns-option"),
    HOST("DnsSearch", LIST, "dns-search"),
    HOST("ExtraHosts", LIST, "add-host"),
    HOST("GroupAdd", LIST, "group-add"),
    HOST("IpcMode", TEXT, "ipc"),
    HOST("KernelMemory", NUMBER, "kernel-memory"),
    HOST_READ("Links", container_read_links),
    HOST_READ("LogConfig", container_read_log),
    HOST_READ("MaskedPaths", container_read_masked),
    HOST("Memory", NUMBER, "memory"),
    HOST("MemoryReservation", NUMBER, "memory-reservation"),
    HOST("MemorySwap", NUMBER, "memory-swap"),
    HOST("MemorySwappiness", POINTER, "memory-swappiness"),
    HOST_READ("Mounts", container_read_mounts),
    HOST("NanoCpus", CPUS, "cpus"),
    HOST_READ("NetworkMode", container_read_network),
    HOST("OomKillDisable", FLAG, "oom-kill-disable"),
    HOST("OomScoreAdj", NUMBER, "oom-score-adj"),
    HOST("PidMode", TEXT, "pid"),
    HOST("PidsLimit", NUMBER, "pids-limit"),
    HOST_READ("PortBindings", container_read_ports),
    HOST("Privileged", FLAG, "privileged"),
    HOST("PublishAllPorts", FLAG, "publish-all"),
    HOST("ReadonlyRootfs", FLAG, "read-only"),
    HOST_READ("RestartPolicy", container_read_restart),
    HOST_READ("Runtime", container_read_runtime),
    HOST_READ("SecurityOpt", container_read_security),
    HOST("ShmSize", NUMBER, "shm-size"),
    HOST("StorageOpt", SECRETS, "storage-opt"),
    HOST("Sysctls", PAIRS, "sysctl"),
    HOST_READ("Tmpfs", container_read_tmpfs),
    HOST("UTSMode", TEXT, "uts"),
    HOST_READ("Ulimits", container_read_ulimits),
    HOST("UsernsMode", TEXT, "userns"),
    HOST("VolumeDriver", TEXT, "volume-driver"),
    HOST_READ("VolumesFrom", container_read_volumes_from),
    CONFIG("MacAddress", TEXT, "mac-address"),
    CONFIG("StopTimeout", POINTER, "stop-timeout"),
    CONFIG("User", TEXT, "user"),
};

void container_secret(struct container_words *words, const char *option, const char *value,
                      const char *shown) {
  struct sd_arena *arena = words->arena;
  sd_strv_add(&words->real, arena, sd_arena_printf(arena, "--%s=%s", option, value));
  sd_strv_add(&words->shown, arena, sd_arena_printf(arena, "--%s=%s", option, shown));
}

void container_word(struct container_words *words, const char *option, const char *value) {
  container_secret(words, option, value, value);
}

static void add_number(struct container_words *words, const struct row *row, int64_t value) {
  if (row->kind == CPUS)
    container_word(words, row->option, sd_number_format_cpus(words->arena, value));
  else
    container_word(words, row->option, sd_arena_printf(words->arena, "%lld", (long long)value));
}

static void add_pair(struct container_words *words, const struct row *row, const char *key,
                     const char *value) {
  const char *real = sd_arena_printf(words->arena, "%s=%s", key, value);
  if (sd_text_starts_with(key, "io.safe-docker."))
    return;
  container_secret(words, row->option, real,
                   row->kind == SECRETS ? sd_arena_printf(words->arena, "%s=...", key) : real);
}

static void add_object(struct container_words *words, const struct row *row,
                       const struct sd_json *value) {
  for (size_t i = 0; i < value->members.len; i++)
    if (value->members.items[i].value->type == SD_JSON_STRING)
      add_pair(words, row, value->members.items[i].key, value->members.items[i].value->string);
}

static void add_list(struct container_words *words, const struct row *row,
                     const struct sd_json *value) {
  for (size_t i = 0; i < value->items.len; i++)
    if (value->items.items[i]->type == SD_JSON_STRING)
      container_word(words, row->option, value->items.items[i]->string);
}

static void add(struct container_words *words, const struct row *row, const struct sd_json *value) {
  switch (row->kind) {
  case TEXT:
    if (value->type == SD_JSON_STRING && value->string[0] != '\0')
      container_word(words, row->option, value->string);
    return;
  case NUMBER:
  case CPUS:
    if (value->type == SD_JSON_NUMBER && value->number != 0)
      add_number(words, row, value->number);
    return;
  case POINTER:
    if (value->type == SD_JSON_NUMBER && value->number != -1)
      add_number(words, row, value->number);
    return;
  case FLAG:
    if (value->type == SD_JSON_BOOL && value->boolean)
      container_word(words, row->option, "true");
    return;
  case LIST:
    if (value->type == SD_JSON_ARRAY)
      add_list(words, row, value);
    return;
  case PAIRS:
  case SECRETS:
    if (value->type == SD_JSON_OBJECT)
      add_object(words, row, value);
    return;
  case READ:
    row->read(words, value);
    return;
  }
}

void container_words(struct container_words *words) {
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const struct sd_json *value = container_at(words->json, rows[i].part, rows[i].member);
    if (value != NULL)
      add(words, &rows[i], value);
  }
}
