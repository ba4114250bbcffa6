// Runs sanctl in the test's process against a management server that answers from a script, on a machine of its own.
#pragma once

#include <deque>
#include <memory>

#include "isns-server/ctl/api_client.h"
#include "isns-server/ctl/machine.h"
#include "tests/unit/ctl/scripted_run.h"

namespace ctl_test {

class ApiWorld : public ctl::Machine {
 public:
  struct Asked {
    std::string line;  // "GET /api/v1/nodes?limit=1"
    std::string body;
    std::string token;
  };

  ApiWorld();

  // The words after "sanctl".
  Ended run(const std::vector<std::string>& words);
  Ended run(const std::string& line) { return run(split(line)); }
  void answer(const std::string& json, int status = 200) {
    answers.emplace_back(ctl::ApiAnswer{status, "application/json", json});
  }
  void answerOf(std::uint64_t revision, const std::string& json) {
    answers.emplace_back(ctl::ApiAnswer{200, "application/json", json, revision});
  }
  void problem(int status, const std::string& json) {
    answers.emplace_back(ctl::ApiAnswer{status, "application/problem+json", json});
  }
  // No answer to the next request.
  void fail(ctl::Exit exit) { answers.emplace_back(base::fail(ctl::Failure{exit, "the server", "scripted", {}})); }
  // As after a login.
  void logIn();

  std::deque<ctl::Asked<ctl::ApiAnswer>> answers;
  std::function<void()> meanwhile;  // while the server answers
  std::deque<std::string> pieces;  // of a stream, which then ends
  std::vector<Asked> asked;
  std::vector<ctl::ApiSettings> settings;
  std::string chain;  // what the server shows
  std::map<std::string, std::string> privateFiles;
  std::deque<std::string> typed;  // lines and passwords
  std::vector<int> descriptors;   // that secrets were read from
  bool sentSecretly = false;      // the last request was marked as one that holds secrets
  bool terminal = false;
  bool colours = false;
  bool errorTerminal = false;
  int width = 0;
  std::vector<base::Duration> waits;
  std::deque<base::TimePoint> clock;  // one for each look at it; empty: the usual one
  std::deque<std::uint64_t> received;  // what the progress of a request is told
  World world;

  // Machine
  [[nodiscard]] bool showsTerminal() const override { return colours; }
  [[nodiscard]] bool showsErrorTerminal() const override { return errorTerminal; }
  [[nodiscard]] bool asksTerminal() const override { return terminal; }
  [[nodiscard]] int columns() const override { return width; }
  std::optional<std::string> askLine(const std::string& prompt) override;
  std::optional<base::Secret> askSecret(const std::string& prompt) override;
  std::optional<base::Secret> secretFrom(int fd) override { return descriptors.push_back(fd), askSecret({}); }
  std::optional<std::string> readInput() override { return askLine({}); }
  base::Result<std::string> readPrivate(const std::string& path) override;
  base::Status updatePrivate(const std::string& path, const Change& change) override;
  base::Status writeFile(const std::string& path, const std::string& bytes) override {
    privateFiles[path] = bytes;
    return {};
  }
  void removeFile(const std::string& path) override { privateFiles.erase(path); }
  base::Status mayWrite(const std::string& path) override {
    if (path.starts_with("/nowhere/")) return base::fail("/nowhere: No such file or directory");
    return {};
  }
  [[nodiscard]] bool exists(const std::string& path) const override { return privateFiles.count(path) > 0; }
  void wait(base::Duration duration) override { waits.push_back(duration); }
};

}  // namespace ctl_test
