// Units by the control socket: create, delete, resize.
#include <fcntl.h>
#include <unistd.h>

#include <optional>

#include "agent/app/control_commands.h"
#include "agent/app/record_text.h"
#include "agent/block/store_spec.h"
#include "shared/files/atomic_file.h"
#include "shared/net/os_error.h"

namespace agent {
namespace {

using control::Code;
using control::Refusal;
using base::Json;
using Order = Administrator::Order;

bool isSized(block::StoreKind kind) { return kind == block::StoreKind::Memory || kind == block::StoreKind::Null; }

// "memory" and "memory,block=4096" with their size: "memory:1048576,block=4096".
std::string withSize(std::string_view store, std::uint64_t size) {
  const std::size_t comma = store.find(',');
  const std::string_view kind = store.substr(0, std::min(comma, store.find(':')));
  return std::string(kind) + ":" + std::to_string(size) +
         (comma == std::string_view::npos ? "" : std::string(store.substr(comma)));
}

bool lacksSize(std::string_view store) {
  const std::string_view kind = store.substr(0, store.find(','));
  return kind == "memory" || kind == "null";
}

// A sparse file of a size, which must not be there yet.
base::Status makeFile(const std::string& path, std::uint64_t size) {
  constexpr mode_t kMode = 0600;
  const net::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kMode));
  if (!fd && errno == EEXIST) return base::fail(path + " is there already; leave the size out to use it as it is");
  if (!fd && errno == EROFS) {
    return base::fail("cannot make " + path +
                      ": Read-only file system; where systemd has closed the folder to the agent, name it by " +
                      "ReadWritePaths= (systemctl edit san-agent)");
  }
  if (!fd) return net::osFailure("cannot make " + path);
  base::Status status;
  if (::ftruncate(fd.get(), static_cast<off_t>(size)) != 0)
    status = net::osFailure("cannot make " + path + " so large");
  if (status && ::fsync(fd.get()) != 0) status = net::osFailure("cannot make " + path + " durable");
  if (!status) (void)::unlink(path.c_str());
  return status;
}

// Which LUN the unit is, for whom; nothing: no rule maps it.
std::optional<std::string> useOf(std::string_view unit, const target::Setup& setup) {
  for (const target::TargetSetup& target : setup.targets) {
    for (const target::AccessRule& rule : target.rules) {
      for (const target::LunMapping& mapping : rule.luns) {
        if (mapping.unit != unit) continue;
        return "the unit \"" + mapping.unit + "\" is LUN " + std::to_string(mapping.lun) + " of " + target.name +
               " for " + rule.initiator;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

void ControlCommands::createUnit(const control::Arguments& arguments, const Answer& answer) {
  const std::string id = arguments.text("id");
  if (held(ObjectKind::Unit, id) != nullptr) {
    return answer(refuse(Code::Exists, "there is a unit \"" + id + "\" already"));
  }
  std::string store = arguments.text("store");
  std::uint64_t size = 0;  // none
  if (arguments.has("size")) {
    const auto parsed = block::parseSize(arguments.text("size"));
    if (!parsed) return answer(refuse(Code::Invalid, "size: " + parsed.error().text));
    size = *parsed;
  }
  if (lacksSize(store)) {
    if (size == 0) return answer(refuse(Code::Invalid, "a unit on " + store + " needs a size"));
    store = withSize(store, size);
    size = 0;
  }
  auto record = makeRecord(ObjectKind::Unit, {{"id", id}, {"store", store}}, arguments.texts("settings"));
  if (!record) return answer(refuse(Code::Invalid, record.error().text));
  const block::StoreSpec spec = block::parseStoreSpec(store).value();
  if (size != 0 && spec.kind != block::StoreKind::File) {
    return answer(refuse(Code::Invalid, "only a file gets a size of its own; memory and null have it in their store"));
  }
  base::Json result = base::Json::Object{{"unit", id}, {"store", store}};
  if (size == 0) {
    return commit(changed(ObjectKind::Unit, id, std::move(*record)), Order::ApplyThenSave, std::move(result), answer);
  }
  const std::string path = spec.file.path;
  parts_.administrator.prepare(
      [path, size] { return makeFile(path, size); },
      [this, id, path, record = std::move(*record), result = std::move(result), answer](const base::Status& made) {
        if (!made) return answer(refuse(Code::Failed, made.error().text));
        commit(changed(ObjectKind::Unit, id, record), Order::ApplyThenSave, result,
               [path, answer](const control::Result& done) {
                 // It was made for this unit alone, and holds nothing yet.
                 if (!done) (void)::unlink(path.c_str());
                 answer(done);
               });
      });
}

void ControlCommands::deleteUnit(const control::Arguments& arguments, const Answer& answer) {
  const std::string id = arguments.text("id");
  const Record* record = held(ObjectKind::Unit, id);
  if (record == nullptr) return answer(refuse(Code::NotFound, "there is no unit \"" + id + "\""));
  // By a rule of its own, or by one that is in force in its place: of the management server or by break-glass.
  if (auto use = useOf(id, parts_.holder.wanted())) {
    return answer(refuse(Code::InUse, *use + "; unmap it first"));
  }
  if (auto use = useOf(id, parts_.targets.inForce())) {
    return answer(refuse(Code::InUse, *use + ", by a rule of the management server or by break-glass; unmap it there "
                                             "first"));
  }
  std::string path;
  if (arguments.flag("remove_file")) {
    const auto spec = block::parseStoreSpec(textAt(*record, UnitColumn::Store));
    if (!spec || spec->kind != block::StoreKind::File) {
      return answer(refuse(Code::Invalid, "the unit \"" + id + "\" is on no file that could be removed"));
    }
    path = spec->file.path;
  }
  commit(changed(ObjectKind::Unit, id, std::nullopt), Order::SaveThenApply, base::Json::Object{{"unit", id}},
         [this, id, path, answer](const control::Result& done) {
           if (!done) return answer(done);
           parts_.unitStates.remove(id);
           if (path.empty()) return answer(done);
           parts_.worker.submit([path] { return files::removeFile(path); },
                                [done, answer](const base::Status& removed) {
                                  if (removed) return answer(done);
                                  answer(refuse(Code::Failed, "the unit is gone, but " + removed.error().text));
                                });
         });
}

// Without a size: the one that the store got elsewhere. Nothing is saved then, because its store says it.
void ControlCommands::refreshUnit(const std::string& id, const Answer& answer) {
  const auto facts = [&]() -> std::optional<target::UnitFacts> {
    for (target::UnitFacts& unit : parts_.targets.units()) {
      if (unit.id == id) return std::move(unit);
    }
    return std::nullopt;
  };
  if (!facts()) return answer(refuse(Code::Failed, "the unit \"" + id + "\" is not served now"));
  if (auto looked = parts_.targets.refreshSize(id); !looked) return answer(refuse(Code::Failed, looked.error().text));
  const target::UnitFacts now = facts().value();
  answer(base::Json(base::Json::Object{{"unit", id}, {"size", now.blocks * now.blockSize}}));
}

void ControlCommands::resizeUnit(const control::Arguments& arguments, const Answer& answer) {
  const std::string id = arguments.text("id");
  const Record* record = held(ObjectKind::Unit, id);
  if (record == nullptr) return answer(refuse(Code::NotFound, "there is no unit \"" + id + "\""));
  if (!arguments.has("size")) return refreshUnit(id, answer);
  const auto size = block::parseSize(arguments.text("size"));
  if (!size) return answer(refuse(Code::Invalid, "size: " + size.error().text));
  std::uint64_t blockSize = 0;
  for (const target::UnitFacts& unit : parts_.targets.units()) {
    if (unit.id == id) blockSize = unit.blockSize;
  }
  if (blockSize == 0) return answer(refuse(Code::Failed, "the unit \"" + id + "\" is not served now"));
  if (*size % blockSize != 0) {
    return answer(refuse(Code::Invalid, "the size is no multiple of " + std::to_string(blockSize) + " bytes"));
  }
  // A file keeps its size itself; memory is made anew at each start, so its store says it.
  Record wanted = *record;
  std::string store = textAt(*record, UnitColumn::Store);
  if (isSized(block::parseStoreSpec(store).value().kind)) store = withSize(store, *size);
  at(wanted, UnitColumn::Store).value = store;
  const auto shrink = arguments.flag("shrink") ? block::Shrink::Allow : block::Shrink::Refuse;
  base::Json result = base::Json::Object{{"unit", id}, {"size", *size}};
  parts_.administrator.commitResize(
      changed(ObjectKind::Unit, id, std::move(wanted)), id, *size / blockSize, shrink, store,
      [result = std::move(result), answer](const std::optional<Administrator::Refused>& refused) {
        if (!refused) return answer(result);
        const bool saved = refused->why != Administrator::Refusal::NotSaved;
        answer(refuse(saved ? Code::Invalid : Code::NotSaved, refused->text));
      });
}

}  // namespace agent
