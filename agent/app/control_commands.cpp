#include "agent/app/control_commands.h"

#include <algorithm>

#include "agent/app/control_views.h"
#include "shared/base/hex.h"

namespace agent {
namespace {

using control::Code;
using control::Command;
using control::Refusal;
using base::Json;

// What a change is about, for the log.
std::string objectOf(const control::Arguments& arguments) {
  std::string text;
  for (const char* name : {"kind", "key", "id", "name", "target", "initiator", "unit", "session"}) {
    if (!arguments.has(name)) continue;
    const auto number = arguments.number(name);
    text += (text.empty() ? "" : " ") + (number ? std::to_string(*number) : arguments.text(name));
  }
  return text;
}

}  // namespace

void ControlCommands::onLine(std::string_view line, const ControlPeer& peer, ControlServer::Respond respond) {
  auto request = control::parseRequest(line);
  if (!request) {
    parts_.metrics.at<Metric::ControlRequests>(RequestOutcome::Refused).add();
    return respond(control::writeAnswer(request.error().id, base::fail(request.error().refusal)));
  }
  const std::uint64_t id = request->id;
  Answer answer = [this, id, respond = std::move(respond)](const control::Result& result) {
    parts_.metrics.at<Metric::ControlRequests>(result ? RequestOutcome::Done : RequestOutcome::Refused).add();
    std::string text = control::writeAnswer(id, result);
    if (text.size() > control::kMaxAnswer) {
      text = control::writeAnswer(id, base::fail(Refusal{Code::Failed, "the answer would be too long"}));
    }
    respond(std::move(text));
  };
  begin({std::move(*request), peer, std::move(answer)});
}

void ControlCommands::noteDone(std::string_view command, std::string_view object, const ControlPeer& peer) {
  parts_.log.write<Event::Changed>(base::now(),
                                   {{"command", command}, {"object", object}, {"uid", peer.uid}, {"pid", peer.pid}});
}

void ControlCommands::begin(Asked asked) {
  const control::CommandRow& row = control::rowOf(asked.request.command);
  if (row.acts) {
    asked.answer = [this, command = row.name, object = objectOf(asked.request.arguments), peer = asked.peer,
                    answer = std::move(asked.answer)](const control::Result& result) {
      if (result) noteDone(command, object, peer);
      answer(result);
    };
  }
  if (row.changes) {
    waiting_.push_back(std::move(asked));
    return next();
  }
  switch (asked.request.command) {
    case Command::Reload:
      return parts_.hooks.reload(asked.answer);
    case Command::Join:
      return parts_.hooks.join(asked.request.arguments.text("token"), asked.request.arguments.texts("servers"),
                               asked.answer);
    case Command::Leave:
      return parts_.hooks.leave(asked.answer);
    case Command::Drain: {
      std::optional<base::Duration> grace;
      if (const auto seconds = asked.request.arguments.number("grace")) {
        constexpr std::uint64_t kMax = 86'400;
        grace = std::chrono::seconds(std::min(*seconds, kMax));
      }
      return parts_.hooks.drain(grace, [answer = asked.answer] {
        answer(base::Json(base::Json::Object{{"drained", true}}));
      });
    }
    default:
      return asked.answer(tell(asked.request));
  }
}

void ControlCommands::next() {
  while (!changing_ && !waiting_.empty()) {
    Asked asked = std::move(waiting_.front());
    waiting_.pop_front();
    changing_ = true;
    const Answer answer = [this, asked](const control::Result& result) {
      const std::string_view command = control::rowOf(asked.request.command).name;
      if (result) {
        noteDone(command, objectOf(asked.request.arguments), asked.peer);
      } else if (result.error().code == Code::NotSaved) {
        parts_.log.write<Event::ChangeNotSaved>(base::now(), {{"command", command}, {"error", result.error().text}});
      }
      asked.answer(result);
      changing_ = false;
      next();
    };
    change(asked, answer);
  }
}

control::Result ControlCommands::tell(const control::Request& request) {
  switch (request.command) {
    case Command::Status:
      return status();
    case Command::Config: {
      base::Json::Array list;
      for (const Held& held : parts_.administrator.effective().merged.held) list.push_back(heldView(held));
      if (parts_.hooks.brokenGlass) {
        for (const GlassRule& rule : parts_.hooks.brokenGlass()) list.push_back(heldView(rule));
      }
      return base::Json(base::Json::Object{{"objects", std::move(list)}});
    }
    case Command::Units:
      return units();
    case Command::Targets:
      return targets();
    case Command::Access: {
      base::Json::Array list;
      for (const target::TargetSetup& target : parts_.holder.wanted().targets) {
        appendAccessViews(list, managed(target.name) ? targetInForce(target.name) : target);
      }
      return base::Json(base::Json::Object{{"access", std::move(list)}});
    }
    case Command::Portals: {
      base::Json::Array list;
      for (const target::PortalFacts& portal : parts_.targets.portals()) list.push_back(portalView(portal));
      return base::Json(base::Json::Object{{"portals", std::move(list)}});
    }
    case Command::Sessions: {
      base::Json::Array list;
      for (const target::SessionFacts& session : parts_.targets.sessions()) list.push_back(sessionView(session));
      return base::Json(base::Json::Object{{"sessions", std::move(list)}});
    }
    case Command::Drop: {
      const std::uint64_t id = request.arguments.number("session").value_or(0);
      if (parts_.targets.dropSession(id)) return base::Json(base::Json::Object{{"session", id}});
      return refuse(Code::NotFound, "there is no session " + std::to_string(id));
    }
    case Command::Trace: {
      const std::uint64_t id = request.arguments.number("session").value_or(0);
      const base::Bytes pcap = parts_.targets.trace(id);
      if (pcap.empty()) return refuse(Code::NotFound, "there is no session " + std::to_string(id));
      return base::Json(base::Json::Object{{"session", id}, {"pcap", base::hexText(pcap)}});
    }
    case Command::Disks: {
      auto disks = parts_.hooks.disks();
      if (disks) return std::move(*disks);
      return refuse(Code::NotFound, "this agent makes no disks: set host.enabled, and start san-agent attach");
    }
    case Command::Probes:
      return parts_.hooks.probes();
    case Command::Metrics:
      return base::Json(base::Json::Object{{"text", parts_.hooks.metrics()}});
    default:
      break;
  }
  return refuse(Code::BadRequest, "san-agent itself does not serve this command");
}

base::Json ControlCommands::status() const {
  base::Json::Object members = parts_.hooks.status();
  std::size_t superseded = 0;
  for (const Held& held : parts_.administrator.effective().merged.held) {
    if (held.standing == Standing::Superseded) ++superseded;
  }
  const target::ServerCounters counters = parts_.targets.counters();
  members.push_back({"targets", std::uint64_t{parts_.targets.setup().targets.size()}});
  members.push_back({"units", std::uint64_t{target::openUnits(parts_.targets.setup())}});
  members.push_back({"sessions", std::uint64_t{parts_.targets.sessions().size()}});
  members.push_back({"connections", counters.connectionsNow});
  members.push_back({"logins_refused", counters.loginsRefused});
  members.push_back({"changes", std::uint64_t{parts_.administrator.overlay().changes.size()}});
  members.push_back({"changes_superseded", std::uint64_t{superseded}});
  base::Json::Array missing;
  for (const auto& [unit, why] : parts_.holder.missing()) missing.emplace_back(unit + ": " + why);
  members.push_back({"units_failed", std::move(missing)});
  return members;
}

base::Json ControlCommands::units() const {
  base::Json::Array list;
  for (const target::UnitFacts& unit : parts_.targets.units()) {
    base::Json view = unitView(unit, parts_.targets.setup());
    list.push_back(std::move(view));
  }
  for (const auto& [unit, why] : parts_.holder.missing()) {
    list.push_back(base::Json::Object{{"unit", unit}, {"error", why}});
  }
  return base::Json::Object{{"units", std::move(list)}};
}

base::Json ControlCommands::targets() const {
  const auto sessions = parts_.targets.sessions();
  base::Json::Array list;
  for (const target::TargetSetup& target : parts_.holder.wanted().targets) {
    const auto count = std::count_if(sessions.begin(), sessions.end(),
                                     [&](const target::SessionFacts& one) { return one.target == target.name; });
    list.push_back(targetView(target, static_cast<std::size_t>(count)));
  }
  return base::Json::Object{{"targets", std::move(list)}};
}

void ControlCommands::change(const Asked& asked, const Answer& answer) {
  const control::Request& request = asked.request;
  const control::Arguments& arguments = request.arguments;
  if (const auto refusal = managedElsewhere(request)) {
    if (arguments.has("break_glass")) return parts_.hooks.breakGlass(request, asked.peer.uid, answer);
    return answer(base::fail(*refusal));
  }
  switch (request.command) {
    case Command::UnitCreate:
      return createUnit(arguments, answer);
    case Command::UnitDelete:
      return deleteUnit(arguments, answer);
    case Command::UnitResize:
      return resizeUnit(arguments, answer);
    case Command::TargetCreate:
      return createTarget(arguments, answer);
    case Command::TargetDelete:
      return deleteTarget(arguments, answer);
    case Command::Allow:
      return allow(arguments, answer);
    case Command::Deny:
      return deny(arguments, answer);
    case Command::Map:
      return map(arguments, answer);
    case Command::Unmap:
      return unmap(arguments, answer);
    case Command::BreakGlassEnd:
      if (!parts_.hooks.endBreakGlass) break;
      return parts_.hooks.endBreakGlass(request, asked.peer.uid, answer);
    case Command::Forget:
      return forget(arguments, answer);
    default:
      break;
  }
  answer(refuse(Code::Failed, "the command is not one that changes"));
}

// Maps and access of a managed target are the server's alone.
std::optional<Refusal> ControlCommands::managedElsewhere(const control::Request& request) const {
  switch (request.command) {
    case Command::Allow:
    case Command::Deny:
    case Command::Map:
    case Command::Unmap:
      break;
    default:
      return std::nullopt;
  }
  const std::string target = normalName(request.arguments.text("target"));
  if (!managed(target)) return std::nullopt;
  return Refusal{Code::Managed, target + " is managed by " + parts_.hooks.managerOf(target) +
                                    ": change zones, maps and credentials there; in an emergency --break-glass "
                                    "REASON does it here"};
}

bool ControlCommands::managed(std::string_view target) const {
  return parts_.hooks.managerOf && !parts_.hooks.managerOf(target).empty();
}

const target::TargetSetup& ControlCommands::targetInForce(std::string_view name) const {
  static const target::TargetSetup kNone;
  for (const target::TargetSetup& one : parts_.targets.inForce().targets) {
    if (one.name == name) return one;
  }
  return kNone;
}

void ControlCommands::commit(Overlay next, Administrator::Order order, base::Json result, const Answer& answer) {
  parts_.administrator.commit(
      std::move(next), order,
      [result = std::move(result), answer](const std::optional<Administrator::Refused>& refused) {
        if (!refused) return answer(result);
        const bool saved = refused->why != Administrator::Refusal::NotSaved;
        answer(refuse(saved ? Code::Invalid : Code::NotSaved, refused->text));
      });
}

const Record* ControlCommands::held(ObjectKind kind, std::string_view key) const {
  return find(parts_.administrator.effective().merged.objects, kind, key);
}

Overlay ControlCommands::changed(ObjectKind kind, const std::string& key, std::optional<Record> record) const {
  return parts_.administrator.with(parts_.administrator.overlay(), kind, key, std::move(record));
}

void ControlCommands::forget(const control::Arguments& arguments, const Answer& answer) {
  const auto kind = parseObjectKind(arguments.text("kind"));
  if (!kind) return answer(refuse(Code::Invalid, "kind is one of unit, target, access"));
  Overlay overlay = parts_.administrator.overlay();
  const std::string key = arguments.text("key");
  if (!overlay.forget(*kind, key)) {
    return answer(refuse(Code::NotFound, "there is no change of the " + std::string(wordOf(*kind)) + " \"" + key +
                                             "\"; `sanctl agent config` shows those that there are"));
  }
  commit(std::move(overlay), Administrator::Order::SaveThenApply,
         base::Json::Object{{"kind", wordOf(*kind)}, {"key", key}}, answer);
}

}  // namespace agent
