// Machine: the files and the terminal of this machine, as far as sanctl keeps logins and asks people. Tests bring
// another.
//
// One thread. Errors are sentences; none holds what is secret.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "shared/base/clock.h"
#include "shared/base/result.h"
#include "shared/base/secret.h"
#include "shared/files/atomic_file.h"

namespace ctl {

class Machine {
 public:
  virtual ~Machine() = default;
  // The standard output is a terminal.
  [[nodiscard]] virtual bool showsTerminal() const = 0;
  [[nodiscard]] virtual bool showsErrorTerminal() const = 0;  // the standard error is one
  // There is somebody to ask.
  [[nodiscard]] virtual bool asksTerminal() const = 0;
  [[nodiscard]] virtual int columns() const = 0;  // of the terminal; 0: not known
  virtual std::optional<std::string> askLine(const std::string& prompt) = 0;
  // Without echo.
  virtual std::optional<base::Secret> askSecret(const std::string& prompt) = 0;
  // The next line of a descriptor; 0 is the standard input.
  virtual std::optional<base::Secret> secretFrom(int fd) = 0;
  virtual std::optional<std::string> readInput() = 0;
  // A file of ours: nobody else may read it. Refused where others can.
  virtual base::Result<std::string> readPrivate(const std::string& path) = 0;
  // Such a file is read (empty where there is none), changed and written beside and renamed, mode 0600, while nobody
  // else does so here; makes the folder, which is ours alone, mode 0700. All copies of the text are wiped.
  using Change = std::function<base::Result<std::string>(const std::string& text)>;
  virtual base::Status updatePrivate(const std::string& path, const Change& change) = 0;
  // Mode 0600, whatever the file had before. A file that is there is replaced whole, or stays as it is; a link, a
  // device or a pipe stays what it is.
  virtual base::Status writeFile(const std::string& path, const std::string& bytes) = 0;
  // A file that this run has written; one that cannot be removed stays.
  virtual void removeFile(const std::string& path) = 0;
  // Whether writeFile() would find the place and may write there; changes nothing.
  virtual base::Status mayWrite(const std::string& path) = 0;
  [[nodiscard]] virtual bool exists(const std::string& path) const = 0;
  virtual void wait(base::Duration duration) = 0;
};

// `calls` outlives it.
std::unique_ptr<Machine> systemMachine(const files::FileCalls& calls = files::kFileCalls);

}  // namespace ctl
