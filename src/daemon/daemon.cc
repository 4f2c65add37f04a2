// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/daemon.h"

#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "daemon/decision_log.h"
#include "daemon/expiry_log.h"
#include "daemon/host_ledger.h"
#include "daemon/judging.h"
#include "daemon/nri_log.h"
#include "daemon/policy_log.h"
#include "daemon/process.h"
#include "daemon/status.h"
#include "daemon/succession.h"
#include "pinwarden/admission.h"
#include "pinwarden/broadcast.h"
#include "pinwarden/control_server.h"
#include "pinwarden/file_watcher.h"
#include "pinwarden/log.h"
#include "pinwarden/nri_plugin.h"
#include "pinwarden/policy_files.h"
#include "pinwarden/policy_store.h"
#include "pinwarden/quote.h"
#include "pinwarden/recorder.h"
#include "pinwarden/rpc.h"
#include "pinwarden/stop_event.h"
#include "pinwarden/unique_fd.h"
#include "pinwarden/unix_socket.h"
#include "pinwarden/version.h"

namespace pinwarden {
namespace {

// Then the kernel ends a stop that hangs, by SIGALRM.
constexpr unsigned kMaxStopSeconds = 10;

// Between two signs in the journal that we judge.
constexpr int kSignMillis = 1000;

}  // namespace

// Threads: this one waits for signals and for news of the others; `nri` judges;
// `watcher` looks after the policy file; the recorder, the log and gRPC have
// their own. What judges is started first and stopped last.
class Daemon {
 public:
  Daemon(const Settings& settings, NriOptions nri, ProcessStart start)
      : settings_(settings),
        started_by_runtime_(nri.inherited.valid()),
        nri_options_(std::move(nri)),
        news_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        succession_(std::move(start),
                    {.nri_socket = settings.nri_socket,
                     .started_by_runtime = started_by_runtime_},
                    MakeDuties()) {}

  int Run();

  // What a person should read besides the log: the problems of both policies.
  const std::string& last_words() const { return last_words_; }

 private:
  bool AnotherServes() const;
  bool OpenPolicy();
  void StartJudging();
  Succession::Duties MakeDuties();
  bool Serve();
  bool HearPredecessor();
  bool StartControl();
  void KeepLastGood();
  int WaitForTheEnd();
  void Stop();

  v1::ReloadResponse Reload(absl::string_view cause);
  void HandleNews();
  void UpdateHealth();
  void NriStateChanged(const NriStats& stats);
  void Tell();

  const Settings& settings_;
  const bool started_by_runtime_;
  const absl::Time started_ = absl::Now();
  NriOptions nri_options_;
  StopEvent stop_;
  StopEvent leave_;  // the runtime
  UniqueFd news_;    // readable when one of the next three has changed
  std::atomic<bool> stopping_{false};
  std::atomic<bool> registered_{false};
  std::atomic<bool> nri_ended_{false};
  NriLog nri_log_;  // of the nri thread
  std::string last_words_;
  // A successor may open the journal once this is gone: it goes after that.
  Succession succession_;

  std::unique_ptr<FileWatcher> watcher_;
  std::unique_ptr<PolicyStore> policies_;
  ExpiryLog expiry_log_;  // of the main thread
  std::unique_ptr<Judging> judging_;
  Broadcast broadcast_;
  DecisionLog decision_log_{settings_.log_decisions, &LogDecision};
  std::unique_ptr<HostLedger> ledger_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<Admission> admission_;
  std::unique_ptr<NriPlugin> nri_;
  std::unique_ptr<ControlServer> control_;
  std::thread nri_thread_;
  std::thread watcher_thread_;
};

int Daemon::Run() {
  if (!started_by_runtime_ && !succession_.taking_over() && AnotherServes()) {
    return kExitFailed;
  }
  if (!OpenPolicy()) {
    succession_.TellFailed(last_words_.substr(0, last_words_.find('\n')));
    return kExitConfig;
  }
  StartJudging();
  succession_.TellLoaded();
  int exit_code = kExitFailed;
  if (succession_.taking_over() || Serve()) exit_code = WaitForTheEnd();
  Stop();
  return exit_code;
}

// What only one daemon of a host does. False when another one does.
bool Daemon::Serve() {
  judging_->break_glass().Restore();  // what the one before us was told
  if (!StartControl()) return false;
  succession_.service().Ready(DescribeState(nri_->Stats(), *policies_));
  watcher_thread_ = std::thread([this] {
    const absl::Status status = watcher_->Run(stop_);
    if (!status.ok()) {
      Log(LogLevel::kError, "policy_unwatched",
          {{"reason", std::string(status.message())}});
    }
  });
  KeepLastGood();
  malloc_trim(0);
  return true;
}

// False when there is no place for us beside another one.
bool Daemon::HearPredecessor() {
  const bool waited = succession_.taking_over();
  switch (succession_.Hear()) {
    case Succession::Heard::kNothing:
      break;
    case Succession::Heard::kMain:
      succession_.service().Ready(DescribeState(nri_->Stats(), *policies_));
      break;
    case Succession::Heard::kLeft:
      if (!Serve()) return false;
      succession_.TellServing();
      break;
    case Succession::Heard::kGone:
      judging_->GiveSign(registered_);
      return !waited || Serve();
  }
  return true;
}

Succession::Duties Daemon::MakeDuties() {
  Succession::Duties duties;
  duties.registered = [this] { return registered_.load(); };
  duties.leave_runtime = [this] {
    stopping_ = true;
    leave_.Set();
    if (nri_thread_.joinable()) nri_thread_.join();
  };
  duties.let_go_of_sockets = [this] {
    if (control_ != nullptr) control_->LetGo();
  };
  duties.end_streams = [this](absl::string_view why) {
    if (control_ != nullptr) control_->HandOverStreams(why);
  };
  duties.news = [this] { Tell(); };
  return duties;
}

// Two daemons on one host would answer for each other; the first one stays.
bool Daemon::AnotherServes() const {
  if (!ConnectUnix(settings_.control_socket).ok()) return false;
  Log(LogLevel::kError, "already_running",
      {{"control_socket", settings_.control_socket},
       {"hint",
        "another pinwardend serves there; stop it, or give this one "
        "other sockets"}});
  return true;
}

bool Daemon::OpenPolicy() {
  // It counts changes from before the file is read.
  watcher_ = std::make_unique<FileWatcher>(
      settings_.policy, [this] { Reload("file"); },
      [this] { return IncludedPaths(settings_.policy); });
  absl::StatusOr<std::unique_ptr<PolicyStore>> opened =
      PolicyStore::Open(settings_.policy, settings_.state_directory);
  if (!opened.ok()) {
    Log(LogLevel::kError, "no_usable_policy",
        {{"policy", settings_.policy},
         {"hint", "nothing was registered; see pinwardend --check"}});
    last_words_ = std::string(opened.status().message());
    return false;
  }
  policies_ = *std::move(opened);
  const PolicyStore::State state = policies_->GetState();
  LogProblems(policies_->start_problems());
  if (state.from_last_good) {
    Log(LogLevel::kError, "policy_from_last_good",
        {{"policy", settings_.policy},
         {"problem", state.last_problem},
         {"hint", "the last good policy is in force; mend the file"}});
  }
  LogPolicy("policy_in_force", "start", policies_->engine().Current());
  return true;
}

void Daemon::StartJudging() {
  std::vector<Recorder::Sink> sinks = {
      [this](const DecisionPtr& decision) { broadcast_.Publish(decision); },
      [this](const DecisionPtr& decision) { decision_log_.Note(decision); },
      [this](const DecisionPtr& decision) { ledger_->Record(decision); }};
  judging_ = std::make_unique<Judging>(settings_);
  ledger_ = std::make_unique<HostLedger>(settings_);
  recorder_ =
      std::make_unique<Recorder>(Recorder::kDefaultCapacity, std::move(sinks),
                                 [this](v1::Decision* decision) {
                                   judging_->Complete(decision);
                                   ledger_->Complete(decision);
                                 });
  admission_ = std::make_unique<Admission>(
      policies_->engine(), *recorder_,
      [this](const NriStats& stats) { NriStateChanged(stats); }, &absl::Now,
      judging_->Hooks());
  nri_options_.heartbeat = succession_.service().heartbeat();
  nri_ = std::make_unique<NriPlugin>(std::move(nri_options_), *admission_);
  nri_thread_ = std::thread([this] {
    const absl::Status status = nri_->Run(leave_);
    if (!status.ok()) {
      Log(LogLevel::kError, "nri_ended",
          {{"reason", std::string(status.message())}});
    }
    nri_ended_ = true;
    Tell();
  });
}

// False when another daemon serves. Without the API for any other reason we
// judge all the same, since a gate that stands open helps nobody; SIGHUP tries
// again.
bool Daemon::StartControl() {
  for (const std::string* socket :
       {&settings_.control_socket, &settings_.read_socket}) {
    const absl::Status status = EnsureDirectory(DirectoryOf(*socket), 0755);
    if (!status.ok()) {
      Log(LogLevel::kError, "control_directory_missing",
          {{"reason", std::string(status.message())},
           {"hint", "make it, or start pinwardend by its systemd unit"}});
    }
  }
  absl::StatusOr<std::unique_ptr<ControlServer>> control = ControlServer::Start(
      {.control_socket = settings_.control_socket,
       .read_socket = settings_.read_socket,
       .read_group = settings_.read_group,
       .replace = succession_.has_predecessor()},
      policies_->engine(), broadcast_,
      {.status =
           [this] {
             return AssembleStatus({.settings = settings_,
                                    .started = started_,
                                    .policies = *policies_,
                                    .nri = *nri_,
                                    .recorder = *recorder_,
                                    .broadcast = broadcast_,
                                    .decision_log = decision_log_,
                                    .judging = *judging_,
                                    .ledger = *ledger_},
                                   absl::Now());
           },
       .reload = [this] { return Reload("api"); },
       .handover =
           [this](HandoverDone done) { succession_.Request(std::move(done)); },
       .break_glass =
           [this](const v1::BreakGlassRequest& request) {
             return judging_->break_glass().Begin(request);
           },
       .end_break_glass =
           [this](const v1::EndBreakGlassRequest& request) {
             return judging_->break_glass().End(request.who());
           },
       .read_ledger =
           [this](LedgerQuery query) {
             return ledger_->Read(std::move(query));
           },
       .ledger_header =
           [this] {
             return ledger_->Header(*policies_->engine().Current().policy);
           }});
  if (!control.ok()) {
    if (!started_by_runtime_ && !succession_.has_predecessor() &&
        AnotherServes()) {
      return false;
    }
    Log(LogLevel::kError, "control_unavailable",
        {{"reason", std::string(control.status().message())},
         {"hint", "judging goes on without the API; SIGHUP tries again"}});
    return true;
  }
  control_ = *std::move(control);
  Log(LogLevel::kInfo, "control_listening",
      {{"control_socket", settings_.control_socket},
       {"read_socket", settings_.read_socket},
       {"read_group",
        control_->read_group_applied() ? settings_.read_group : ""}});
  UpdateHealth();
  return true;
}

void Daemon::KeepLastGood() {
  absl::Status status = EnsureDirectory(settings_.state_directory, 0700);
  if (status.ok()) status = policies_->KeepLastGood();
  if (status.ok()) return;
  Log(LogLevel::kError, "last_good_not_kept",
      {{"reason", std::string(status.message())},
       {"hint", "a start with an invalid policy would fail"}});
}

v1::ReloadResponse Daemon::Reload(absl::string_view cause) {
  const PolicyStore::Attempt attempt = policies_->Reload();
  const PolicyInForce current = policies_->engine().Current();
  if (attempt.failed) {
    Log(LogLevel::kError, "policy_refused",
        {{"cause", std::string(cause)},
         {"problem", attempt.first_error},
         {"generation", absl::StrCat(current.generation)},
         {"hint", "the policy before it stays in force"}});
  } else {
    LogPolicy(attempt.changed ? "policy_in_force" : "policy_unchanged", cause,
              current);
  }
  LogProblems(attempt.problems);
  if (attempt.changed) KeepLastGood();
  malloc_trim(0);

  v1::ReloadResponse response;
  response.set_changed(attempt.changed);
  response.set_failed(attempt.failed);
  response.set_generation(current.generation);
  for (const std::string& problem : attempt.problems) {
    response.add_problems(ToValidUtf8(problem, 4096));
  }
  return response;
}

// On the nri thread: nothing here waits.
void Daemon::NriStateChanged(const NriStats& stats) {
  nri_log_.Note(stats, stopping_);
  if (stats.registered && !registered_) {
    judging_->Registered();
  }
  registered_ = stats.registered;
  Tell();
}

void Daemon::Tell() {
  const uint64_t one = 1;
  // It can only fail when the counter is full, and then we are told already.
  [[maybe_unused]] const ssize_t n = write(news_.get(), &one, sizeof(one));
}

// Healthy is a daemon that is asked about every container.
void Daemon::UpdateHealth() {
  succession_.service().Status(DescribeState(nri_->Stats(), *policies_));
  if (control_ == nullptr) return;
  const bool healthy = registered_;
  control_->SetHealthy(healthy);
  Log(LogLevel::kDebug, "health", {{"serving", healthy ? "true" : "false"}});
}

void Daemon::HandleNews() {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t n = read(news_.get(), &count, sizeof(count));
  UpdateHealth();
  if (registered_) succession_.TellRegistered();
  if (registered_) judging_->MarkHost();
  malloc_trim(0);  // what Synchronize took
}

int Daemon::WaitForTheEnd() {
  const sigset_t handled = HandledSignals();
  const UniqueFd signals(signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK));
  while (!nri_ended_) {
    pollfd ready[] = {{signals.get(), POLLIN, 0},
                      {news_.get(), POLLIN, 0},
                      {succession_.predecessor_fd(), POLLIN, 0}};
    if (poll(ready, 3, kSignMillis) < 0 && errno != EINTR) return kExitFailed;
    judging_->GiveSign(registered_);
    decision_log_.Tick();
    expiry_log_.Look(policies_->engine().Current(), absl::Now());
    if (ready[1].revents != 0) HandleNews();
    if (ready[2].revents != 0 && !HearPredecessor()) return kExitFailed;
    if (succession_.HandOver()) return kExitStopped;
    signalfd_siginfo signal;
    while (read(signals.get(), &signal, sizeof(signal)) ==
           static_cast<ssize_t>(sizeof(signal))) {
      if (signal.ssi_signo != static_cast<uint32_t>(SIGHUP)) {
        Log(LogLevel::kInfo, "stopping",
            {{"signal", signal.ssi_signo == static_cast<uint32_t>(SIGTERM)
                            ? "SIGTERM"
                            : "SIGINT"}});
        return kExitStopped;
      }
      Reload("SIGHUP");
      if (control_ == nullptr && !succession_.taking_over()) StartControl();
    }
  }
  return kExitFailed;
}

void Daemon::Stop() {
  alarm(kMaxStopSeconds);
  stopping_ = true;
  judging_->GiveSign(registered_);
  succession_.service().Stopping();
  succession_.Cancel();  // before the API ends, which it has to answer
  control_.reset();
  stop_.Set();
  leave_.Set();
  if (nri_thread_.joinable()) nri_thread_.join();
  if (watcher_thread_.joinable()) watcher_thread_.join();
  judging_->Cancel();
  recorder_.reset();
  ledger_.reset();  // writes what it has from the recorder
}

int RunDaemon(const Settings& settings, NriOptions nri, ProcessStart start) {
  PrepareProcess();
  StartLog(settings.log_level, settings.log_format);
  SetGrpcErrorLog([](absl::string_view message) {
    Log(LogLevel::kError, "grpc", {{"reason", std::string(message)}});
  });
  Log(LogLevel::kInfo, "started",
      {{"version", std::string(Version())},
       {"policy", settings.policy},
       {"nri_socket", nri.inherited.valid() ? "inherited" : nri.socket_path}});
  int exit_code = kExitFailed;
  std::string last_words;
  {
    Daemon daemon(settings, std::move(nri), std::move(start));
    exit_code = daemon.Run();
    last_words = daemon.last_words();
  }
  Log(exit_code == kExitStopped ? LogLevel::kInfo : LogLevel::kError, "stopped",
      {{"exit_code", absl::StrCat(exit_code)}});
  SetGrpcErrorLog(nullptr);
  StopLog();
  alarm(kMaxStopSeconds);  // should nobody read stderr
  std::fputs(last_words.c_str(), stderr);
  alarm(0);
  return exit_code;
}

}  // namespace pinwarden
