// What can be asked of a running agent, of the helper that makes devices (`san-agent attach`), and of a disk process
// (`san-agent disk --control`), as tables: requests are checked by them, on both sides, and the reference page is made
// from them (what is asked of the helper is between our own programs and not in it). A new command is a row, its code in agent/app, and a test.
//
// Constexpr data. Names never change their meaning; new arguments are optional.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace control {

enum class Command : std::uint8_t {
  Status,
  Config,
  Forget,
  Reload,
  Join,
  Leave,
  Units,
  UnitCreate,
  UnitDelete,
  UnitResize,
  Targets,
  TargetCreate,
  TargetDelete,
  Access,
  Allow,
  Deny,
  Map,
  Unmap,
  Portals,
  Sessions,
  Drop,
  Drain,
  Trace,
  Metrics,
  Disks,
  Probes,
  BreakGlassEnd,

  AttachList,  // from here on those of the helper that makes devices
  AttachStart,
  AttachDevice,
  AttachResize,
  AttachProtect,
  AttachRemove,
  AttachClear,

  DiskConfigure,  // from here on those of a disk process
  DiskStatus,
  DiskStop,
  kCount
};

enum class ArgumentKind : std::uint8_t { Text, Number, Flag, Texts };
inline constexpr std::string_view kArgumentKindWords[] = {"text", "number", "true or false", "list of texts"};

struct ArgumentRow {
  std::string_view name;
  ArgumentKind kind = ArgumentKind::Text;
  bool required = false;
  std::string_view help;
};

struct CommandRow {
  Command command;
  std::string_view name;  // "unit.create"
  bool changes = false;   // saved before it is answered
  std::span<const ArgumentRow> arguments;
  std::string_view help;
  bool acts = false;  // not saved as changes are, and yet no question: who gave it is logged likewise
};

std::span<const CommandRow> commandTable();
std::span<const CommandRow> attachCommandTable();
std::span<const CommandRow> diskCommandTable();
const CommandRow& rowOf(Command command);  // of any
const CommandRow* findCommand(std::string_view name, std::span<const CommandRow> table = commandTable());

}  // namespace control
