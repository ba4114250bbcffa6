#include "agent/control/ctl_handlers.h"

#include <algorithm>
#include <fstream>

#include "agent/control/ctl_call.h"
#include "shared/base/hex.h"
#include "shared/base/json_members.h"
#include "shared/base/whole_number.h"
#include "shared/ctl/views.h"

namespace control {
namespace {

using ctl::Context;
using ctl::Exit;
using ctl::Failure;
using ctl::Invocation;
using base::Json;
using ctl::Outcome;
using ctl::printList;
using ctl::printRecord;
using ctl::Shown;
using ctl::ViewColumn;

constexpr ViewColumn kUnitColumns[] = {
    {"unit", "Unit"},
    {"size", "Size", Shown::Size},
    {"block_size", "Block"},
    {"store", "Store"},
    {"read_only", "Read-only"},
    {"sessions", "Sessions"},
    {"registrations", "Registrations", Shown::CsvOnly},
    {"serial", "Serial", Shown::CsvOnly},
    {"naa", "NAA"},
    {"commands", "Commands"},
    {"read_bytes", "Read", Shown::Size},
    {"written_bytes", "Written", Shown::Size},
    {"latency_p99_us", "p99 us"},
    {"error", "Error"},
};
constexpr ViewColumn kTargetColumns[] = {
    {"target", "Target"}, {"alias", "Alias"},       {"groups", "Groups"},
    {"rules", "Rules"},   {"sessions", "Sessions"}, {"redirect", "Redirect"},
};
constexpr ViewColumn kAccessColumns[] = {
    {"target", "Target"},
    {"initiator", "Initiator"},
    {"addresses", "Addresses"},
    {"authentication", "Authentication"},
    {"algorithms", "Algorithms", Shown::CsvOnly},
    {"luns", "LUNs"},
};
constexpr ViewColumn kLunColumns[] = {
    {"target", "Target"}, {"lun", "LUN"}, {"unit", "Unit"}, {"initiator", "Initiator"}, {"right", "Right"},
};
constexpr std::string_view kReadOnly = ",ro";
constexpr ViewColumn kPortalColumns[] = {{"portal", "Portal"}, {"group", "Group"}};
constexpr ViewColumn kConfigColumns[] = {
    {"kind", "Kind"},          {"key", "Key"}, {"holds", "Holds"}, {"standing", "Standing"},
    {"changed", "Changed at"}, {"why", "Why"},
};
constexpr ViewColumn kSessionColumns[] = {
    {"session", "Session"},
    {"initiator", "Initiator"},
    {"target", "Target"},
    {"peer", "Peer"},
    {"connections", "Connections"},
    {"authentication", "Proof"},
    {"secret", "Secret", Shown::CsvOnly},
    {"since", "Since"},
    {"commands", "Commands"},
    {"read_bytes", "Read", Shown::Size},
    {"written_bytes", "Written", Shown::Size},
    {"latency_p50_us", "p50 us"},
    {"latency_p99_us", "p99 us"},
};

}  // namespace

Outcome showStatus(const Invocation& invocation, Context& context) {
  Call call(invocation, context, Command::Status, "cannot ask for the status");
  const auto answer = call.ask();
  if (!answer) return base::fail(answer.error());
  auto out = call.output();
  printRecord(out, *answer);
  return {};
}

Outcome showConfig(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::Config, "cannot ask for the configuration").show("objects", kConfigColumns);
}

Outcome forgetChange(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::Forget, "cannot forget the change")
      .text("kind", "KIND")
      .text("key", "KEY")
      .destroys("what was changed is lost, and the file holds")
      .tell("forgotten");
}

Outcome reload(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::Reload, "cannot reload").tell("reloaded");
}

Outcome listUnits(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::Units, "cannot list the units").show("units", kUnitColumns);
}

Outcome createUnit(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::UnitCreate, "cannot create the unit")
      .text("id", "UNIT")
      .text("store", "STORE")
      .text("size", "--size")
      .settings({})
      .tell("created");
}

Outcome deleteUnit(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::UnitDelete, "cannot delete the unit")
      .text("id", "UNIT")
      .flag("remove_file", "--remove-file")
      .destroys("its reservations are lost, and its blocks where it is in memory")
      .tell("deleted");
}

Outcome resizeUnit(const Invocation& invocation, Context& context) {
  Call call(invocation, context, Command::UnitResize, "cannot resize the unit");
  call.text("id", "UNIT").text("size", "SIZE").flag("shrink", "--shrink");
  if (invocation.has("--shrink")) call.destroys("what lies behind its new end is lost");
  return call.tell("resized");
}

Outcome listTargets(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::Targets, "cannot list the targets").show("targets", kTargetColumns);
}

Outcome createTarget(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::TargetCreate, "cannot create the target")
      .text("name", "TARGET")
      .settings({{"alias", "--alias"}})
      .tell("created");
}

Outcome deleteTarget(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::TargetDelete, "cannot delete the target")
      .text("name", "TARGET")
      .destroys("its rules are lost, and its sessions are dropped")
      .tell("deleted");
}

Outcome listAccess(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::Access, "cannot list the access rules").show("access", kAccessColumns);
}

// The LUN maps of the access rules, a LUN a row: a rule tells of them as "0=disk1" and "1=iso,ro".
Outcome listLuns(const Invocation& invocation, Context& context) {
  Call call(invocation, context, Command::Access, "cannot list the LUNs");
  const auto answer = call.ask();
  if (!answer) return base::fail(answer.error());
  Json::Array rows;
  for (const Json& rule : base::listOf(*answer, "access")) {
    for (const Json& entry : base::listOf(rule, "luns")) {
      const std::string text = entry.text() == nullptr ? "" : *entry.text();
      const std::size_t equals = std::min(text.find('='), text.size());
      const bool readOnly = text.ends_with(kReadOnly);
      const std::size_t unit = std::min(equals + 1, text.size());
      const std::size_t end = std::max(unit, text.size() - (readOnly ? kReadOnly.size() : 0));
      rows.emplace_back(
          Json::Object{{"target", base::textOf(rule, "target")},
                       {"lun", base::wholeNumber<std::uint64_t>(std::string_view(text).substr(0, equals)).value_or(0)},
                       {"unit", text.substr(unit, end - unit)},
                       {"initiator", base::textOf(rule, "initiator")},
                       {"right", readOnly ? "read-only" : "read-write"}});
    }
  }
  return call.showRows(Json(std::move(rows)), kLunColumns);
}

Outcome allow(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::Allow, "cannot allow it")
      .text("target", "TARGET")
      .text("initiator", "INITIATOR")
      .texts("addresses", "--address")
      .text("break_glass", "--break-glass")
      .settings({{"authentication", "--authentication"}})
      .tell("allowed");
}

Outcome deny(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::Deny, "cannot take the rule away")
      .text("target", "TARGET")
      .text("initiator", "INITIATOR")
      .texts("addresses", "--address")
      .text("break_glass", "--break-glass")
      .destroys("its LUN map is lost, and its sessions are dropped")
      .tell("denied");
}

Outcome map(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::Map, "cannot map the unit")
      .text("target", "TARGET")
      .text("unit", "UNIT")
      .number("lun", "--lun")
      .flag("read_only", "--read-only")
      .text("initiator", "--initiator")
      .texts("addresses", "--address")
      .text("break_glass", "--break-glass")
      .settings({{"authentication", "--authentication"}})
      .tell("mapped");
}

Outcome unmap(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::Unmap, "cannot unmap it")
      .text("target", "TARGET")
      .number("lun", "--lun")
      .text("unit", "--unit")
      .text("initiator", "--initiator")
      .texts("addresses", "--address")
      .text("break_glass", "--break-glass")
      .destroys("hosts lose the disk at once")
      .tell("unmapped");
}

Outcome endBreakGlass(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::BreakGlassEnd, "cannot end it")
      .text("target", "TARGET")
      .text("initiator", "INITIATOR")
      .destroys("hosts lose at once what the management server does not give them")
      .tell("ended");
}

Outcome listPortals(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::Portals, "cannot list the portals").show("portals", kPortalColumns);
}

Outcome listSessions(const Invocation& invocation, Context& context) {
  Call call(invocation, context, Command::Sessions, "cannot list the sessions");
  if (call.output().format() == ctl::Format::Json) return call.show("sessions", kSessionColumns);
  auto answer = call.ask();
  if (!answer) return base::fail(answer.error());
  // A table has the peer and the number of connections in the place of their list.
  base::Json::Array rows;
  if (const base::Json* list = answer->find("sessions"); list != nullptr && list->array() != nullptr) {
    for (const base::Json& session : *list->array()) {
      base::Json::Object row;
      for (const base::JsonMember& member : session.object() == nullptr ? base::Json::Object() : *session.object()) {
        const base::Json::Array* connections = member.name == "connections" ? member.value.array() : nullptr;
        if (connections == nullptr) {
          row.push_back(member);
          continue;
        }
        row.push_back({"connections", std::uint64_t{connections->size()}});
        const base::Json* peer = connections->empty() ? nullptr : connections->front().find("peer");
        row.push_back({"peer", peer == nullptr ? base::Json("") : *peer});
      }
      rows.emplace_back(std::move(row));
    }
  }
  auto out = call.output();
  const bool none = rows.empty();
  printList(out, base::Json(std::move(rows)), kSessionColumns);
  if (none && invocation.has("--fail-if-empty")) {
    return base::fail(Failure{Exit::Empty, "cannot list the sessions", "there is none", ""});
  }
  return {};
}

Outcome dropSession(const Invocation& invocation, Context& context) {
  return Call(invocation, context, Command::Drop, "cannot drop the session")
      .number("session", "SESSION")
      .destroys("its host loses its disks, until it logs in again")
      .tell("dropped");
}

Outcome drain(const Invocation& invocation, Context& context) {
  Call call(invocation, context, Command::Drain, "cannot drain the agent");
  call.number("grace", "--grace").destroys("all hosts lose their disks, and nobody can log in before a restart");
  // Sessions may take all of their grace.
  std::chrono::seconds grace{60};
  if (const auto seconds = ctl::secondsOption(invocation, "--grace"); seconds && *seconds) {
    grace = std::chrono::ceil<std::chrono::seconds>(**seconds);
  }
  return call.patience(grace).tell("drained");
}

Outcome traceSession(const Invocation& invocation, Context& context) {
  const std::string what = "cannot save the trace";
  Call call(invocation, context, Command::Trace, what);
  const auto answer = call.number("session", "SESSION").ask();
  if (!answer) return base::fail(answer.error());
  const base::Json* pcap = answer->find("pcap");
  const auto bytes = pcap != nullptr && pcap->text() != nullptr ? base::readHex(*pcap->text()) : std::nullopt;
  if (!bytes) return base::fail(Failure{Exit::Malformed, what, "the answer lacks the trace", ""});
  const std::string path(invocation.one("FILE").value_or(""));
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes->data()), static_cast<std::streamsize>(bytes->size()));
  file.close();
  if (!file) return base::fail(Failure{Exit::Local, what, path + " cannot be written", ""});
  auto out = call.output();
  printRecord(out, base::Json(base::Json::Object{
                       {"result", "saved"}, {"file", path}, {"bytes", std::uint64_t{bytes->size()}}}));
  return {};
}

Outcome showMetrics(const Invocation& invocation, Context& context) {
  Call call(invocation, context, Command::Metrics, "cannot ask for the metrics");
  const auto answer = call.ask();
  if (!answer) return base::fail(answer.error());
  const base::Json* text = answer->find("text");
  if (text != nullptr && text->text() != nullptr) context.out << *text->text();
  return {};
}

}  // namespace control
