#include "agent/iscsi/task_table.h"

#include <array>

namespace iscsi {
namespace {

constexpr std::array<std::string_view, 8> kStateNames = {"held",    "receiving data", "ready",     "executing",
                                                         "sending", "status sent",    "suspended", "aborted"};
constexpr std::array<std::string_view, 5> kKindNames = {"SCSI command", "task management", "text", "logout", "NOP-Out"};
static_assert(kStateNames.size() == static_cast<std::size_t>(TaskState::Aborted) + 1);
static_assert(kKindNames.size() == static_cast<std::size_t>(TaskKind::NopOut) + 1);

}  // namespace

std::string_view taskStateName(TaskState state) { return kStateNames[static_cast<std::size_t>(state)]; }
std::string_view taskKindName(TaskKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

}  // namespace iscsi
