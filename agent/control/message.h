// The lines between `sanctl agent` and a running agent: one JSON object each, ended by a newline.
//
//   {"v": 1, "id": 7, "command": "unit.create", "arguments": {"id": "disk1", "store": "memory", "size": "64M"}}
//   {"v": 1, "id": 7, "ok": true, "result": {...}}
//   {"v": 1, "id": 7, "ok": false, "error": {"code": "exists", "text": "there is a unit \"disk1\" already"}}
//
// Pure functions, for both sides. Strict: a member, command or argument that the tables do not have, one of another
// kind, or a required one that is missing, is refused. Bounds: kMaxRequest and kMaxAnswer bytes a line.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/control/commands.h"
#include "shared/base/json.h"
#include "shared/base/result.h"
#include "shared/base/secret.h"

namespace control {

inline constexpr std::uint64_t kVersion = 1;
inline constexpr std::size_t kMaxRequest = std::size_t{256} << 10;
inline constexpr std::size_t kMaxAnswer = std::size_t{64} << 20;

enum class Code : std::uint8_t {
  BadRequest,  // not understood: another version, a mistake in the line
  Invalid,     // understood, and cannot be
  NotFound,
  Exists,
  InUse,
  NotSaved,  // it could not be made durable, so it does not hold
  Managed,   // a management server decides it
  Failed,
};
inline constexpr std::string_view kCodeWords[] = {"bad-request", "invalid",   "not-found", "exists",
                                                  "in-use",      "not-saved", "managed",   "failed"};
constexpr std::string_view wordOf(Code code) { return kCodeWords[static_cast<std::size_t>(code)]; }

struct Refusal {
  Code code = Code::Failed;
  std::string text;
};

inline base::Failure<Refusal> refuse(Code code, std::string text) { return base::fail(Refusal{code, std::move(text)}); }

// Arguments that have been checked against the row of their command.
class Arguments {
 public:
  void set(std::string_view name, base::Json value) { members_.push_back({std::string(name), std::move(value)}); }

  // Empty, nothing or false where it is not given, or is of another kind.
  [[nodiscard]] std::string text(std::string_view name) const;
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  // Nothing where it is longer than a secret may be; empty where it is not given.
  [[nodiscard]] std::optional<base::Secret> secret(std::string_view name) const;
  // Overwrites all texts, once secrets among them have been taken.
  void wipe();
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  [[nodiscard]] const base::Json::Object& members() const { return members_; }

 private:
  [[nodiscard]] const base::Json* find(std::string_view name) const;
  base::Json::Object members_;
};

struct Request {
  std::uint64_t id = 0;
  Command command = Command::Status;
  Arguments arguments;
};

// A line that is no request; the id where it could be read.
struct BadLine {
  std::uint64_t id = 0;
  Refusal refusal;
};

// Lines without their newline; commands of this table. Of the texts of the line none is left but in the request.
base::Result<Request, BadLine> parseRequest(std::string_view line, std::span<const CommandRow> table = commandTable());
std::string writeRequest(const Request& request);

using Result = base::Result<base::Json, Refusal>;
std::string writeAnswer(std::uint64_t id, const Result& result);
// For the asking side; fails where it is no answer to `id`.
base::Result<Result> parseAnswer(std::string_view line, std::uint64_t id);

}  // namespace control
