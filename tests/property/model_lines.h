// What a SAN model says, line by line, in words that do not depend on the process that has it: two models of one store
// say the same. Numbers of nodes, portals, entities and groups without a row are a process's own, so that these are
// called by their names.
//
// Left out is what a start does not know: what agents see, and the revisions of nodes, portals and entities, as they
// are of their rows and not of what was before.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "isns-server/manage/model/projection.h"
#include "shared/san/since_rows.h"

namespace property {

class ModelLines {
 public:
  explicit ModelLines(const manage::Projection& projection) : projection_(projection), san_(projection.snapshot()) {}

  // Sorted. Without whom the registry has forgotten and no row names.
  std::vector<std::string> all() {
    san::forEachKind([&]<class T>(T*) {
      const bool isKept = manage::isStored(T::kKind) || san::rowOf(T::kKind).writer == san::Writer::NameServer ||
                          T::kKind == san::Kind::DomainSet;
      if (!isKept) return;
      san_.table<T>().forEach([&](san::Id id, const T& object) {
        if (!isForgotten({T::kKind, id})) tell({T::kKind, id}, object);
      });
    });
    std::ranges::sort(lines_);
    return lines_;
  }

 private:
  [[nodiscard]] bool isForgotten(san::ObjectRef ref) const {
    return manage::isPinnedKind(ref.kind) && !projection_.isPinned(ref) && !projection_.indexOf(ref);
  }

  [[nodiscard]] std::string called(san::ObjectRef ref) const {
    const std::string kind(san::nameOf(ref.kind));
    if (!ref) return "none";
    if (const auto* group = ref.kind == san::Kind::PortalGroup ? san_.get<san::PortalGroup>(ref.id) : nullptr) {
      return kind + " " + called(group->node.ref()) + " " + called(group->portal.ref());
    }
    const bool byName = manage::isPinnedKind(ref.kind) && !projection_.isPinned(ref);
    return kind + " " + (byName ? san::nameOf(san_, ref) : "#" + std::to_string(ref.id));
  }

  void tell(san::ObjectRef ref, const san::Object& object) {
    const std::string who = called(ref);
    const auto line = [&](std::string_view what, const std::string& value) {
      lines_.push_back(who + " " + std::string(what) + "=" + value);
    };
    if (tellsRevisions(ref.kind)) {
      line("created", std::to_string(object.created));
      line("changed", std::to_string(object.changed));
    }
    for (const san::FieldRow& field : san::fieldsOf(ref.kind)) {
      const bool isSeen = ref.kind == san::Kind::Portal && field.writer == san::Writer::Agent;
      if (!isSeen) line(field.name, textOf(field.get(object)));
    }
    for (const san::SinceRow& row : san::sinceRowsOf(ref.kind)) {
      if (ref.kind != san::Kind::Node) line(row.name, sinceText(ref.kind, object, row));
    }
  }

  static bool tellsRevisions(san::Kind kind) { return !manage::isPinnedKind(kind); }

  static std::string joined(std::vector<std::string> parts) {
    std::ranges::sort(parts);
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
    return text;
  }

  [[nodiscard]] std::string textOf(const san::Value& value) const {
    std::vector<std::string> parts;
    if (const auto* ref = std::get_if<san::ObjectRef>(&value)) return called(*ref);
    if (const auto* refs = std::get_if<std::vector<san::ObjectRef>>(&value)) {
      for (const san::ObjectRef one : *refs) parts.push_back(called(one));
      return joined(std::move(parts));
    }
    if (const auto* accesses = std::get_if<std::vector<san::Access>>(&value)) {
      for (const san::Access& one : *accesses) {
        parts.push_back(called(one.who) + " " + called(one.unit) + " " + std::to_string(one.lun) + " " +
                        std::string(san::wordOf(one.right)));
      }
      return joined(std::move(parts));
    }
    return san::textOf(san_, value);
  }

  // Each member with its revision, as the order is that of the numbers.
  [[nodiscard]] std::string sinceText(san::Kind kind, const san::Object& object, const san::SinceRow& row) const {
    const std::vector<san::Revision> revisions = row.get(object);
    const san::Value value = san::findField(kind, row.of)->get(object);
    const auto* refs = row.list ? std::get_if<std::vector<san::ObjectRef>>(&value) : nullptr;
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < revisions.size(); ++i) {
      const bool named = refs != nullptr && refs->size() == revisions.size();
      parts.push_back((named ? called((*refs)[i]) + " " : std::string()) + std::to_string(revisions[i]));
    }
    return joined(std::move(parts));
  }

  const manage::Projection& projection_;
  const san::Snapshot& san_;
  std::vector<std::string> lines_;
};

}  // namespace property
