// Planner: how planDocument() (document.h) finds its edits. Internal to document_*.cpp.
//
// In three steps, a file each: what objects the document describes and which of them are new (document_entries.cpp),
// the values of their members (document_values.cpp), and the edits that lead there (document_edits.cpp). One document;
// one thread; the snapshot outlives it.
#pragma once

#include <map>
#include <set>

#include "shared/san/document.h"
#include "shared/san/document_kinds.h"

namespace san::document {

std::string pointerTo(const std::string& base, std::string_view member);
std::string pointerTo(const std::string& base, std::size_t index);

// One object that the document describes.
struct Entry {
  ObjectRef ref;  // none yet: its key waits for what it refers to
  bool isNew = false;
  const base::Json::Object* members = nullptr;
  std::string pointer;
  std::vector<std::pair<const FieldRow*, Value>> keys;  // of a kind without names
};

class Planner {
 public:
  Planner(const Snapshot& current, DocumentMode mode, std::size_t mostErrors)
      : current_(current), mode_(mode), mostErrors_(mostErrors) {}

  DocumentPlan plan(const base::Json& document);

 private:
  void wrong(std::string pointer, std::string text);

  // --- what there is ------------------------------------------------------------------------------------------------

  void readSection(const base::JsonMember& section);
  static std::string hintForSection(std::string_view name);

  void readEntry(Kind kind, const base::Json& json, const std::string& pointer);

  void findByName(Entry entry, const std::string& name, const base::Json* number);
  // A domain or set that a whole document calls by another name.
  [[nodiscard]] Id renamedFrom(Kind kind, const base::Json* number) const;
  // A portal may be written without its protocol, a node in any spelling of its name.
  [[nodiscard]] std::string normal(Kind kind, const std::string& name) const;
  // Whether a change set may name it before it has registered (change.h).
  static bool couldBeNamed(Kind kind, const std::string& name);

  bool takeNumber(Entry& entry, const base::Json* json);

  void keep(Entry entry);
  // The two edits stand together.
  void createNamed(ObjectRef ref, std::string name);
  void create(ObjectRef ref);

  // Those without a name: the first of the current ones with these keys that no entry has taken.
  void findByKey(Entry& entry);
  static const base::Json* memberOf(const Entry& entry, std::string_view name);

  struct Places {
    std::vector<ObjectRef> objects;
    std::size_t taken = 0;
  };
  std::map<std::vector<Value>, Places>& placesOf(Kind kind);

  // --- values -------------------------------------------------------------------------------------------------------

  bool refuse(const std::string& pointer, std::string text);

  // An object that there is, or that the document makes; a node or a portal that has not registered is named by that.
  bool readReference(const FieldRow& field, const base::Json& json, const std::string& pointer, ObjectRef& out);
  bool findNamed(Kind kind, const std::string& text, ObjectRef& out) const;
  bool nameNew(Kind kind, const std::string& name, ObjectRef& out);
  // What the plan erases cannot be referred to.
  bool checkStays(const std::string& pointer, const std::string& text, ObjectRef ref);

  // The value as its field reads it back.
  bool readValue(Kind kind, const FieldRow& field, const base::Json& json, const std::string& pointer, Value& out);

  // --- edits --------------------------------------------------------------------------------------------------------

  void planContent(const Entry& entry);
  void planIdentity(const Entry& entry);
  void checkMember(Kind kind, const std::string& name, const std::string& pointer);

  // Members of a list one by one, so that a merge with other changes of it is fine.
  void change(const Entry& entry, const FieldRow& field, const Value& before, Value after);
  void set(ObjectRef ref, const FieldRow& field, Value value);

  // Objects of the kinds that the document names, and that it does not describe.
  void planAbsent();
  void planDefaults(ObjectRef ref);

  const Snapshot& current_;
  const DocumentMode mode_;
  const std::size_t mostErrors_;
  DocumentPlan plan_;
  std::vector<Edit> creations_, values_, erasures_;
  std::vector<Entry> entries_;
  std::map<std::pair<Kind, std::string>, ObjectRef> names_;  // that the document describes
  std::map<Kind, std::map<std::vector<Value>, Places>> places_;
  std::set<std::pair<Kind, std::string>> written_;  // names that stand in it
  std::set<ObjectRef> described_;                   // of the current ones
  std::set<ObjectRef> numbers_;                     // new ones with an id of their own
  std::uint32_t named_ = 0;                         // kinds
  // Of a new object. More than there are numbers are more than a change set takes: apply() refuses them.
  Id nextNew() { return provisional_ == kLastProvisional ? provisional_ : provisional_++; }
  Id provisional_ = kFirstProvisional;
  bool settingsMade_ = false;
};

}  // namespace san::document
