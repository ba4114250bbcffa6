#include "agent/app/attach_service.h"

#include <pwd.h>
#include <unistd.h>

#include <utility>

#include "shared/base/json_members.h"

namespace agent {

using base::Json;
using control::Code;
using control::Command;
using control::Refusal;

namespace {

control::Result done(const base::Status& status) {
  if (!status) return refuse(Code::Failed, status.error().text);
  return Json(Json::Object{});
}

// It was asked for once more.
bool isAsBefore(const Json& answer) {
  const Json* fresh = answer.find("new");
  return fresh != nullptr && !base::truthOf(answer, "new");
}

attach::KernelLogin loginOf(const control::Arguments& arguments) {
  attach::KernelLogin login;
  login.initiator = arguments.text("initiator");
  login.target = arguments.text("target");
  login.portals = arguments.texts("portals");
  login.user = arguments.text("user");
  login.targetUser = arguments.text("target_user");
  // What is longer than a secret may be is none.
  login.secret = arguments.secret("secret").value_or(base::Secret());
  login.targetSecret = arguments.secret("target_secret").value_or(base::Secret());
  return login;
}

}  // namespace

AttachService::AttachService(net::Loop& loop, ops::Log& log, AttachArguments arguments, std::string program)
    : loop_(loop), log_(log), arguments_(std::move(arguments)), program_(std::move(program)), worker_(loop) {}

base::Status AttachService::start() {
  attach::DeviceSettings settings;
  settings.folder = arguments_.folder;
  settings.names = arguments_.names;
  settings.program = program_;
  settings.means = arguments_.means;
  std::string group;
  if (::geteuid() == 0 && !arguments_.user.empty()) {
    const struct passwd* user = ::getpwnam(arguments_.user.c_str());
    if (user == nullptr) {
      return base::fail("there is no user " + arguments_.user + " on this machine: make it, or name another by --user");
    }
    settings.user = attach::ProcessUser{user->pw_uid, user->pw_gid};
    if (user->pw_uid != 0) group = arguments_.user;
  }
  devices_ = std::make_unique<attach::HostDevices>(std::move(settings));
  if (auto opened = devices_->open(); !opened) return opened;
  server_ = std::make_unique<ControlServer>(
      loop_,
      [this](std::string_view line, const ControlPeer& peer, ControlServer::Respond respond) {
        onLine(line, peer, std::move(respond));
      },
      [this](const ControlPeer& peer, std::string_view why) {
        log_.write<Event::ControlRefused>(base::now(), {{"uid", peer.uid}, {"why", why}});
      });
  if (auto listening = server_->listen(arguments_.socket()); !listening) return listening;
  // The agent has to get in, or nobody asks for disks.
  if (!group.empty()) {
    if (auto given = server_->giveTo(group); !given) return given;
  }
  log_.write<Event::AttachReady>(
      base::now(),
      {{"socket", arguments_.socket()}, {"means", attach::wordOf(devices_->means())}, {"reason", devices_->reason()}});
  return {};
}

void AttachService::onLine(std::string_view line, const ControlPeer& /*peer*/, ControlServer::Respond respond) {
  auto read = control::parseRequest(line, control::attachCommandTable());
  if (!read) return respond(control::writeAnswer(read.error().id, base::fail(read.error().refusal)));
  auto request = std::make_shared<control::Request>(std::move(*read));
  std::string disk = request->arguments.text("disk");
  auto result = std::make_shared<control::Result>(refuse(Code::Failed, "the helper ends"));
  worker_.submit(
      [this, request, result]() -> base::Status {
        *result = carryOut(*request);
        request->arguments.wipe();
        return {};
      },
      [this, request, result, disk, respond = std::move(respond)](const base::Status&) {
        const std::string_view command = control::rowOf(request->command).name;
        if (!*result) {
          log_.write<Event::AttachRefused>(base::now(),
                                           {{"command", command}, {"disk", disk}, {"why", result->error().text}});
        } else if (request->command != Command::AttachList && !isAsBefore(**result)) {
          log_.write<Event::AttachDone>(base::now(), {{"command", command}, {"disk", disk}});
        }
        if (const std::string why = *result ? base::textOf(**result, "unwritten") : std::string{}; !why.empty())
          log_.write<Event::AttachUnwritten>(base::now(), {{"disk", disk}, {"why", why}});
        respond(control::writeAnswer(request->id, *result));
      });
}

control::Result AttachService::carryOut(const control::Request& request) {
  const control::Arguments& arguments = request.arguments;
  const std::string disk = arguments.text("disk");
  switch (request.command) {
    case Command::AttachList:
      return list();
    case Command::AttachStart:
      return done(devices_->start(disk, arguments.text("initiator")));
    case Command::AttachDevice: {
      constexpr std::uint64_t kMost = UINT32_MAX;
      attach::HostDevices::Wanted wanted;
      wanted.id = disk;
      wanted.target = arguments.text("target");
      wanted.lun = static_cast<std::uint32_t>(std::min(arguments.number("lun").value_or(kMost), kMost));
      wanted.blockSize = static_cast<std::uint32_t>(std::min(arguments.number("block_size").value_or(0), kMost));
      wanted.readOnly = arguments.flag("read_only");
      wanted.unit = arguments.text("unit");
      wanted.login = loginOf(arguments);
      const std::string before = devices_->noted(disk);
      const auto made = devices_->makeDevice(wanted);
      if (!made) return refuse(Code::Failed, made.error().text);
      return Json(Json::Object{{"device", made->device}, {"new", made->device != before}, {"lost", made->lost}});
    }
    case Command::AttachResize:
      return done(devices_->resize(disk));
    case Command::AttachProtect: {
      const auto guarded = devices_->protect(disk, arguments.flag("read_only"));
      if (!guarded) return refuse(Code::Failed, guarded.error().text);
      return Json(Json::Object{{"stuck", guarded->stuck}});
    }
    case Command::AttachRemove: {
      const auto removed = devices_->removeDevice(disk);
      if (!removed) return refuse(Code::Failed, removed.error().text);
      if (!removed->user.empty()) return refuse(Code::InUse, removed->user);
      return Json(Json::Object{{"unwritten", removed->unwritten}});
    }
    case Command::AttachClear:
      return done(devices_->clear(disk));
    default:
      return refuse(Code::BadRequest, "san-agent attach serves no such command");
  }
}

control::Result AttachService::list() const {
  const auto all = devices_->list();
  if (!all) return refuse(Code::Failed, all.error().text);
  Json::Array disks;
  for (const attach::MadeDevice& one : *all) {
    disks.emplace_back(Json::Object{{"disk", one.id},
                                    {"means", attach::wordOf(one.means)},
                                    {"device", one.device},
                                    {"target", one.target},
                                    {"lun", std::uint64_t{one.lun}},
                                    {"unit", one.unit}});
  }
  return Json(Json::Object{{"means", attach::wordOf(devices_->means())},
                           {"reason", devices_->reason()},
                           {"folder", arguments_.folder},
                           {"disks", std::move(disks)}});
}

}  // namespace agent
