#include "console-gui/model/access_questions.h"

#include "console-gui/client/tr.h"
#include "console-gui/model/access_why.h"

namespace console {
namespace {

constexpr std::size_t kMostQuestions = 40;  // saved ones

// A name as a value of a filter.
QString quoted(const std::string& name) {
  QString text = QString::fromStdString(name);
  text.replace(QLatin1Char('\\'), QStringLiteral("\\\\")).replace(QLatin1Char('"'), QStringLiteral("\\\""));
  return QLatin1Char('"') + text + QLatin1Char('"');
}

}  // namespace

std::vector<AccessQuestion> accessQuestions(const View& view, const std::vector<san::ObjectRef>& selected) {
  const san::Snapshot& snapshot = view.snapshot();
  const HostAndUnit pair = hostAndUnit(*view.index, selected);
  std::vector<AccessQuestion> questions;
  const san::ObjectRef unit{san::Kind::LogicalUnit, pair.unit};
  AccessQuestion who{console::tr("Who reaches a logical unit?"), {}};
  if (pair.unit != 0) {
    who.text = console::tr("Who reaches %1?").arg(titled(snapshot, unit));
    who.filter = QStringLiteral("(kind:host,entity,node reaches:%1) OR (kind:logical-unit id:%2)")
                     .arg(quoted(san::nameOf(snapshot, unit)))
                     .arg(pair.unit);
  } else {
    who.whyNot = console::tr("Choose a logical unit first: press its column, or find it with Ctrl+K.");
  }
  questions.push_back(std::move(who));
  AccessQuestion what{console::tr("What does a host reach?"), {}};
  if (pair.host) {
    what.text = console::tr("What does %1 reach?").arg(titled(snapshot, pair.host));
    what.filter =
        QStringLiteral("(kind:logical-unit reached-by:%1) OR (kind:%2 id:%3)")
            .arg(quoted(san::nameOf(snapshot, pair.host)), QString::fromUtf8(san::nameOf(pair.host.kind).data()))
            .arg(pair.host.id);
  } else {
    what.whyNot = console::tr("Choose a host first: press its row, or find it with Ctrl+K.");
  }
  questions.push_back(std::move(what));
  AccessQuestion shared{console::tr("What is shared outside of a cluster?"), {}};
  shared.shared = true;
  if (!view.findings) shared.whyNot = console::tr("The rules have not been evaluated yet.");
  questions.push_back(std::move(shared));
  AccessQuestion changed{console::tr("What changed between two revisions?"), {}};
  changed.changed = true;
  questions.push_back(std::move(changed));
  snapshot.table<san::SavedQuestion>().forEach([&](san::Id, const san::SavedQuestion& saved) {
    if (questions.size() < kMostQuestions)
      questions.push_back({QString::fromStdString(saved.name), QString::fromStdString(saved.question)});
  });
  return questions;
}

}  // namespace console
