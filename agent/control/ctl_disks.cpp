// `sanctl agent disks` and `sanctl agent paths`: what this host has of what targets show it. `sanctl agent probes` and
// `sanctl agent discoveries`: what was found out for the management server.
#include "agent/control/ctl_call.h"
#include "agent/control/ctl_handlers.h"
#include "shared/base/json_members.h"

namespace control {
namespace {

using base::listOf;
using ctl::Shown;
using ctl::ViewColumn;

constexpr ViewColumn kDiskColumns[] = {
    {"device", "Device"},
    {"bytes", "Size", Shown::Size},
    {"state", "State"},
    {"target", "Target"},
    {"lun", "LUN"},
    {"unit", "Unit"},
    {"disk", "Disk", Shown::CsvOnly},
    {"leaves_at", "Leaves at"},
    {"why", "Why"},
};
constexpr ViewColumn kPathColumns[] = {
    {"device", "Device"},         {"target", "Target"}, {"lun", "LUN"},
    {"portal", "Portal"},         {"state", "State"},   {"alua", "ALUA"},
    {"requests", "Requests"},     {"errors", "Errors"}, {"losses", "Losses"},
    {"latency_us", "Latency us"}, {"why", "Why"},
};
constexpr ViewColumn kProbeColumns[] = {
    {"target", "Target"}, {"expected", "Expected"}, {"outcome", "Outcome"}, {"units", "Units"},
    {"at", "At"},         {"why", "Why"},
};
constexpr ViewColumn kDiscoveryColumns[] = {
    {"asked", "Asked"}, {"target", "Target"}, {"portal", "Portal"}, {"tag", "Group"}, {"at", "At"}, {"why", "Why"},
};

}  // namespace

ctl::Outcome listDisks(const ctl::Invocation& invocation, ctl::Context& context) {
  return Call(invocation, context, Command::Disks, "cannot list the disks").show("disks", kDiskColumns);
}

ctl::Outcome listProbes(const ctl::Invocation& invocation, ctl::Context& context) {
  return Call(invocation, context, Command::Probes, "cannot list the probes").show("probes", kProbeColumns);
}

ctl::Outcome listDiscoveries(const ctl::Invocation& invocation, ctl::Context& context) {
  return Call(invocation, context, Command::Probes, "cannot list what was found")
      .show("discoveries", kDiscoveryColumns);
}

ctl::Outcome listPaths(const ctl::Invocation& invocation, ctl::Context& context) {
  Call call(invocation, context, Command::Disks, "cannot list the paths");
  const auto answer = call.ask();
  if (!answer) return base::fail(answer.error());
  base::Json::Array rows;
  for (const base::Json& disk : listOf(*answer, "disks")) {
    for (const base::Json& path : listOf(disk, "paths")) {
      base::Json::Object row;
      for (const char* name : {"device", "target", "lun"}) {
        if (const base::Json* value = disk.find(name); value != nullptr) row.push_back({name, *value});
      }
      if (const base::Json::Object* more = path.object()) row.insert(row.end(), more->begin(), more->end());
      rows.emplace_back(std::move(row));
    }
  }
  return call.showRows(base::Json(std::move(rows)), kPathColumns);
}

}  // namespace control
