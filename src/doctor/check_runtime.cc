// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "doctor/checks.h"
#include "doctor/gate.h"
#include "doctor/show.h"

namespace pinwarden {
namespace {

constexpr absl::Duration kDefaultRequestTimeout = absl::Seconds(2);
constexpr absl::Duration kShortRequestTimeout = absl::Milliseconds(500);
constexpr absl::Duration kLongRequestTimeout = absl::Seconds(10);
constexpr size_t kMaxFilesNamed = 5;

// /var/run is /run on every host with systemd.
std::string Plain(const std::string& path) {
  return absl::StartsWith(path, "/var/run/") ? path.substr(4) : path;
}

std::string FilesText(const std::vector<std::string>& files) {
  std::vector<std::string> shown;
  for (const std::string& file : files) {
    if (shown.size() == kMaxFilesNamed) break;
    shown.push_back(Show(file));
  }
  std::string text = absl::StrJoin(shown, ", ");
  if (files.size() > shown.size()) {
    absl::StrAppend(&text, " and ", files.size() - shown.size(), " more");
  }
  return text;
}

std::string SocketText(const DoctorFacts& facts) {
  const FileFacts& file = facts.nri_socket_file;
  return absl::StrFormat("%s, mode %04o, owner %d:%d", Show(facts.nri_socket),
                         file.mode & 07777, file.uid, file.gid);
}

std::string WhoText(const Openers& who) {
  if (who.others) return "everybody on this host";
  if (who.group) return absl::StrCat("group ", who.gid);
  return absl::StrCat("user ", who.uid);
}

}  // namespace

DoctorFinding CheckRuntime(const DoctorFacts& facts) {
  if (facts.runtime.name.empty() && !facts.config) {
    return Warn("runtime", "no container runtime is known of on this host",
                "start it; or name it: --runtime \"containerd 2.2.1\"");
  }
  if (facts.runtime.name.empty()) {
    return Warn("runtime",
                absl::StrCat("configured here is ", RuntimeUnit(facts),
                             "; its version is not known, as neither it nor "
                             "pinwardend answers"),
                absl::StrCat("systemctl start ", RuntimeUnit(facts),
                             "; or name it: --runtime \"containerd 2.2.1\""));
  }
  const std::string evidence = absl::StrCat(
      RuntimeText(facts), ", as ", Show(facts.runtime_source), " says");
  if (facts.runtime.kind == RuntimeKind::kOther) {
    return Warn("runtime", evidence,
                "pinwarden is made for containerd, and knows CRI-O");
  }
  return Ok("runtime", evidence);
}

DoctorFinding CheckRuntimeConfig(const DoctorFacts& facts) {
  if (!facts.config) {
    return Warn("runtime_config", "no configuration of a runtime was found",
                "name it: --containerd-config FILE or --crio-config FILE");
  }
  const RuntimeConfig& config = *facts.config;
  if (!config.errors.empty()) {
    std::string evidence = config.errors.front();
    if (config.errors.size() > 1) {
      absl::StrAppend(&evidence, " (and ", config.errors.size() - 1, " more)");
    }
    return Fail(
        "runtime_config", evidence,
        absl::StrCat(RuntimeUnit(facts), " does not start with this; mend it"));
  }
  if (config.files.empty()) {
    return Ok("runtime_config",
              absl::StrCat("no ", Show(config.main_file),
                           ", so all is as the runtime has it "
                           "by default"));
  }
  if (RestartIsDue(facts)) {
    return Warn("runtime_config",
                absl::StrCat("changed at ", Show(facts.config_modified), "; ",
                             RuntimeUnit(facts), " has run since ",
                             Show(facts.runtime_started),
                             " with what was there "
                             "before"),
                RestartFix(facts));
  }
  return Ok("runtime_config", absl::StrCat("read: ", FilesText(config.files)));
}

DoctorFinding CheckNriEnabled(const DoctorFacts& facts) {
  if (!HasNri(facts.runtime)) {
    return Fail("nri_enabled",
                RuntimeText(facts) + " has no NRI that plugins can connect to",
                "containerd 1.7 or later, or CRI-O 1.26 or later");
  }
  const bool registered = facts.status && facts.status->nri().registered();
  if (!facts.config) {
    return registered ? Ok("nri_enabled", "pinwarden is registered")
                      : Warn("nri_enabled", "no configuration was read",
                             "see runtime_config");
  }
  const RuntimeConfig& config = *facts.config;
  const NriKeys keys = KeysOf(config.kind);
  if (config.nri_plugin_disabled.value) {
    return Fail("nri_enabled",
                absl::StrCat("switched off by disabled_plugins (",
                             config.nri_plugin_disabled.at, ")"),
                "take NRI out of that list");
  }
  if (config.cri_plugin_disabled.value) {
    return Fail("nri_enabled",
                absl::StrCat("the CRI plugin is switched off by "
                             "disabled_plugins (",
                             config.cri_plugin_disabled.at,
                             "), and NRI serves it alone"),
                "take CRI out of that list, if Kubernetes is to use this "
                "containerd");
  }
  const std::optional<bool> off = NriIsOff(facts);
  if (!off) {
    return Warn("nri_enabled", "whether it is on by default is not known",
                absl::StrCat(keys.enable, " in ", keys.nri_table));
  }
  if (*off) {
    return Fail("nri_enabled",
                config.disable.value
                    ? absl::StrCat(keys.disable, " (", config.disable.at, ")")
                    : absl::StrCat("off by default in ", RuntimeText(facts)),
                absl::StrCat("pinwarden doctor --fix; or by hand: ",
                             keys.enable, " in ", keys.nri_table));
  }
  if (config.disable_connections.ValueOr(false)) {
    return Fail("nri_enabled",
                absl::StrCat("on, but no plugin may connect (",
                             config.disable_connections.at, ")"),
                "pinwarden doctor --fix; or by hand: take that line out");
  }
  return Ok("nri_enabled",
            config.disable.value
                ? absl::StrCat(keys.enable, " (", config.disable.at, ")")
                : absl::StrCat("on by default in ", RuntimeText(facts)));
}

DoctorFinding CheckNriSocket(const DoctorFacts& facts) {
  if (!facts.daemon_nri_socket.empty() &&
      Plain(facts.daemon_nri_socket) != Plain(facts.nri_socket)) {
    return Fail(
        "nri_socket",
        absl::StrCat("the runtime listens on ", Show(facts.nri_socket),
                     ", pinwardend looks for ", Show(facts.daemon_nri_socket)),
        absl::StrCat("nri_socket: ", Show(facts.nri_socket),
                     " in pinwardend.yaml, and a restart of it"));
  }
  if (!facts.nri_socket_file.exists) {
    return Fail("nri_socket", Show(facts.nri_socket_file.error),
                absl::StrCat("enable NRI and (re)start ", RuntimeUnit(facts)));
  }
  if (!S_ISSOCK(facts.nri_socket_file.mode)) {
    return Fail("nri_socket", SocketText(facts) + ": not a socket",
                absl::StrCat("systemctl restart ", RuntimeUnit(facts)));
  }
  const Openers& who = facts.nri_openers;
  if (who.owner || who.group || who.others) {
    const std::string evidence = absl::StrCat(
        SocketText(facts), "; ", WhoText(who),
        " may open it, and so register as any plugin, pinwarden too");
    const std::string fix =
        absl::StrCat("chmod 0700 ", Show(DirectoryOf(facts.nri_socket)),
                     ", and mend what gave it that mode");
    return who.others || who.owner ? Fail("nri_socket", evidence, fix)
                                   : Warn("nri_socket", evidence, fix);
  }
  return Ok("nri_socket", SocketText(facts) + "; root alone may open it");
}

DoctorFinding CheckRequestTimeout(const DoctorFacts& facts) {
  const Setting<absl::Duration> none;
  const Setting<absl::Duration>& set =
      facts.config ? facts.config->request_timeout : none;
  absl::Duration configured = set.ValueOr(kDefaultRequestTimeout);
  if (configured == absl::ZeroDuration()) configured = kDefaultRequestTimeout;
  const int64_t told =
      facts.status ? facts.status->nri().request_timeout_ms() : 0;
  const std::string evidence = absl::StrCat(
      absl::FormatDuration(configured),
      set.value ? absl::StrCat(" (", set.at, ")") : ", the default");
  if (told != 0 && absl::Milliseconds(told) != configured) {
    return Warn("request_timeout",
                absl::StrCat(evidence, "; the runtime itself told pinwardend ",
                             absl::FormatDuration(absl::Milliseconds(told))),
                absl::StrCat("systemctl restart ", RuntimeUnit(facts),
                             ", so that its files count"));
  }
  if (configured < kShortRequestTimeout) {
    return Fail("request_timeout",
                evidence +
                    ": a host that is busy for so long makes the runtime "
                    "drop pinwarden",
                "plugin_request_timeout = \"2s\"");
  }
  if (configured > kLongRequestTimeout) {
    return Warn("request_timeout",
                evidence +
                    ": for so long a plugin that hangs stops every "
                    "container from being created",
                "plugin_request_timeout = \"2s\"");
  }
  return Ok("request_timeout", evidence);
}

}  // namespace pinwarden
