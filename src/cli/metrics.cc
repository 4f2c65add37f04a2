// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/metrics.h"

#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/command.h"
#include "pinwarden/control_client.h"
#include "pinwarden/file.h"
#include "pinwarden/http_server.h"
#include "pinwarden/stop_event.h"

namespace pinwarden {
namespace {

// A daemon that does not answer by then is down as far as a scrape can tell;
// Prometheus itself waits for ten seconds.
constexpr absl::Duration kAskTimeout = absl::Seconds(2);

struct MetricsArguments {
  std::string socket = kDefaultReadSocket;
  std::optional<std::string> file;
  std::optional<std::string> listen;
  bool allow_remote = false;
};

// Set while a server runs; the handler below is all that reads it.
StopEvent* g_stop = nullptr;

// SIGTERM and SIGINT end a server; the earlier handlers come back after it.
class StopGuard {
 public:
  StopGuard() : outer_(std::exchange(g_stop, &stop_)) {
    struct sigaction action = {};
    action.sa_handler = [](int) { g_stop->Set(); };
    sigaction(SIGINT, &action, &old_int_);
    sigaction(SIGTERM, &action, &old_term_);
  }
  ~StopGuard() {
    sigaction(SIGINT, &old_int_, nullptr);
    sigaction(SIGTERM, &old_term_, nullptr);
    g_stop = outer_;
  }
  StopGuard(const StopGuard&) = delete;
  StopGuard& operator=(const StopGuard&) = delete;

  const StopEvent& stop() const { return stop_; }

 private:
  StopEvent stop_;
  StopEvent* const outer_;
  struct sigaction old_int_ = {};
  struct sigaction old_term_ = {};
};

std::string Ask(const ControlClient& client, absl::Status* error) {
  const absl::StatusOr<v1::GetStatusResponse> status =
      client.GetStatus(kAskTimeout);
  *error = status.status();
  return status.ok() ? RenderMetrics(*status) : RenderMetricsWithoutDaemon();
}

// A daemon that is away is an answer too, and one that is said once.
class Pages {
 public:
  Pages(const std::string& socket, std::ostream& log)
      : client_(socket), log_(log) {}

  HttpResponse Get(absl::string_view path) {
    if (path == "/metrics") return Metrics();
    if (path != "/") return HttpErrorPage(HttpStatus::kNotFound);
    HttpResponse page;
    page.content_type = "text/html; charset=utf-8";
    page.body =
        "<!DOCTYPE html>\n<html lang=\"en\"><title>pinwarden</title>\n"
        "<p><a href=\"/metrics\">Metrics</a></html>\n";
    return page;
  }

 private:
  HttpResponse Metrics() {
    HttpResponse page;
    absl::Status error;
    page.content_type = kMetricsContentType;
    page.body = Ask(client_, &error);
    if (error.ok() != reachable_) {
      reachable_ = error.ok();
      log_ << "pinwarden: "
           << (reachable_ ? "the daemon answers again"
                          : std::string(error.message()))
           << std::endl;
    }
    return page;
  }

  const ControlClient client_;
  std::ostream& log_;
  bool reachable_ = true;
};

int Serve(const MetricsArguments& arguments, std::ostream& err) {
  const auto say = [&err](const absl::Status& status) {
    err << "pinwarden: " << std::string(status.message()) << '\n';
    return kExitUsage;
  };
  const absl::StatusOr<ListenAddress> at =
      ParseListenAddress(*arguments.listen);
  if (!at.ok()) return say(at.status());
  if (!at->loopback && !arguments.allow_remote) {
    err << "pinwarden: " << at->ToString()
        << " can be reached from other hosts, and there is neither encryption "
           "nor a password; if that is meant, say --allow-remote\n";
    return kExitUsage;
  }
  // Before the port is there for anybody to see.
  const StopGuard guard;
  Pages pages(arguments.socket, err);
  absl::StatusOr<std::unique_ptr<HttpServer>> server = HttpServer::Listen(
      *at, [&pages](absl::string_view path) { return pages.Get(path); });
  if (!server.ok()) return say(server.status());
  err << "pinwarden: metrics at http://" << (*server)->address().ToString()
      << "/metrics" << std::endl;
  (*server)->Run(guard.stop());
  return kExitOk;
}

void RunMetrics(const MetricsArguments& arguments, CliContext& context) {
  const CliStreams& streams = context.streams;
  if (arguments.listen.has_value()) {
    context.exit = Serve(arguments, streams.err);
    return;
  }
  absl::Status error;
  const std::string text = Ask(ControlClient(arguments.socket), &error);
  if (!error.ok()) context.exit = ReportDaemonError(error, streams.err);
  if (!arguments.file.has_value()) {
    streams.out << text;
    return;
  }
  // 0644: the collector that reads it is another user.
  const absl::Status written = WriteFileAtomically(*arguments.file, text, 0644);
  if (!written.ok()) {
    streams.err << "pinwarden: " << std::string(written.message()) << '\n';
    context.exit = kExitUsage;
  }
}

}  // namespace

void AddMetricsCommand(CLI::App& app, CliContext& context) {
  CLI::App* command = app.add_subcommand(
      "metrics", "Show what the daemon counts, for Prometheus");
  command->footer(
      "Prints them once, writes them to a file for a textfile collector, or\n"
      "serves them over HTTP until SIGTERM. pinwarden_up is 0 when the daemon\n"
      "does not answer; the other metrics are absent then.\n\n"
      "There is a unit that serves them: pinwarden-metrics.service.\n\n"
      "Exit code: 0; 2 if it cannot write or listen; 3 if the daemon does not\n"
      "answer (not with --listen).\n\n"
      "Examples:\n"
      "  pinwarden metrics --listen 127.0.0.1:9717\n"
      "  pinwarden metrics --file /var/lib/node_exporter/pinwarden.prom");
  auto arguments = std::make_shared<MetricsArguments>();
  CLI::Option* file =
      command
          ->add_option("--file", arguments->file,
                       "Replace this file, whole, instead of printing")
          ->type_name("PATH");
  CLI::Option* listen =
      command
          ->add_option("--listen", arguments->listen,
                       "Serve them at this loopback address and port")
          ->type_name("ADDRESS:PORT")
          ->excludes(file);
  command
      ->add_flag("--allow-remote", arguments->allow_remote,
                 "Listen on an address that other hosts reach, too")
      ->needs(listen);
  command->add_option("--socket", arguments->socket, "The daemon's read socket")
      ->type_name("PATH")
      ->capture_default_str();
  command->callback([arguments, &context] { RunMetrics(*arguments, context); });
}

}  // namespace pinwarden
