#include "console-gui/model/known_names.h"

#include <algorithm>

#include "console-gui/client/tr.h"
#include "console-gui/model/view.h"

namespace console {

void KnownNames::add(const san::Snapshot& snapshot, san::ObjectRef ref) {
  const std::string name = san::nameOf(snapshot, ref);
  const std::string called = titleOf(snapshot, ref);
  if (!name.empty()) add(QString::fromStdString(name), ref);
  if (called != name) names_.push_back({QString::fromStdString(called), ref, true});
}

void KnownNames::sort() {
  std::ranges::sort(names_, [](const auto& a, const auto& b) {
    const int order = a.name.compare(b.name, Qt::CaseInsensitive);
    return order != 0 ? order < 0 : a.ref < b.ref;
  });
}

QStringList KnownNames::texts() const {
  QStringList all;
  all.reserve(static_cast<qsizetype>(names_.size()));
  for (const Known& one : names_) all << one.name;
  return all;
}

std::vector<san::ObjectRef> KnownNames::best(const QString& name) const {
  const auto before = [](const QString& a, const QString& b) { return a.compare(b, Qt::CaseInsensitive) < 0; };
  const auto rankOf = [&](const Known& one) { return one.name != name ? 2 : one.called ? 1 : 0; };
  std::vector<san::ObjectRef> found;
  int rank = 3;
  for (auto at = std::ranges::lower_bound(names_, name, before, &Known::name);
       at != names_.end() && at->name.compare(name, Qt::CaseInsensitive) == 0; ++at) {
    if (rankOf(*at) < rank) {
      rank = rankOf(*at);
      found.clear();
    }
    if (rankOf(*at) == rank && std::ranges::find(found, at->ref) == found.end()) found.push_back(at->ref);
  }
  return found;
}

san::ObjectRef KnownNames::find(const QString& name) const {
  const auto found = best(name);
  return found.size() == 1 ? found.front() : san::ObjectRef{};
}

QString KnownNames::whyNone(const QString& name) const {
  return isAmbiguous(name)
             ? console::tr("Several objects are called %1. Write a name that only one of them has.").arg(name)
             : console::tr("Nothing that fits here is called %1.").arg(name);
}

std::vector<san::ObjectRef> KnownNames::refsIn(const QString& text, QStringList& faults) const {
  std::vector<san::ObjectRef> refs;
  for (const QString& part : text.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
    const QString name = part.trimmed();
    if (name.isEmpty()) continue;
    if (const san::ObjectRef ref = find(name)) {
      if (std::ranges::find(refs, ref) == refs.end()) refs.push_back(ref);
    } else {
      faults << whyNone(name);
    }
  }
  return refs;
}

}  // namespace console
