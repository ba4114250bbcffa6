// Zoning by templates: what is done again and again, as edits of a draft: a row of a table each.
//
// Pure functions of the SAN as the draft makes it and what was chosen; on any thread. What is so already makes no edit,
// so doing it twice changes nothing more. Errors: a sentence, and no edits.
#pragma once

#include <QString>
#include <array>
#include <vector>

#include "shared/san/edit.h"
#include "shared/san/san_index.h"

namespace console {

enum class ZoneTemplate : std::uint8_t { SinglePairs, ClusterToArray, Peers, Decommission, CloneHost, ReplaceHba };
inline constexpr std::size_t kZoneTemplates = 6;

struct TemplateWish {
  std::vector<san::ObjectRef> from;  // as the row says
  std::vector<san::ObjectRef> to;
  san::ObjectRef set;                         // where new zones go; none: they are not in force
  san::Id firstNew = san::kFirstProvisional;  // of new objects in the edits (Draft::newObject)
};

struct TemplateDone {
  QString deed;  // of the draft: "Clone web1 for web2"
  std::vector<san::Edit> edits;
  QStringList notes;  // what it does not do, and what is to be done besides
  QString fault;      // why there is nothing
};

// What can be chosen for a part of a template.
enum class ChoiceOf : std::uint8_t { Nothing, Initiators, Initiator, Targets, Target, Cluster, Hosts, Host };

struct TemplateRow {
  ZoneTemplate id;
  const char* title;  // context "Templates"
  const char* help;
  const char* from;
  ChoiceOf fromOf;
  const char* to;
  ChoiceOf toOf;
  bool makesZones;
  TemplateDone (*make)(const san::SanIndex& san, const TemplateWish& wish);
};
extern const std::array<TemplateRow, kZoneTemplates> kTemplateTable;
QString templateText(const char* text);

// With the checks that hold for all: something is chosen, and something is left to do.
TemplateDone makeTemplate(ZoneTemplate id, const san::SanIndex& san, const TemplateWish& wish);

// Whether the object can be chosen, and all that can be, ascending.
bool canBeChosen(ChoiceOf what, const san::SanIndex& san, san::ObjectRef ref);
std::vector<san::ObjectRef> choices(ChoiceOf what, const san::SanIndex& san);
constexpr bool isSeveral(ChoiceOf what) {
  return what == ChoiceOf::Initiators || what == ChoiceOf::Targets || what == ChoiceOf::Hosts;
}

}  // namespace console
