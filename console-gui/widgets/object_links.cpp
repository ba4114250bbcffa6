#include "console-gui/widgets/object_links.h"

#include <QLabel>

#include "console-gui/canvas/theme.h"
#include "console-gui/client/tr.h"
#include "console-gui/model/sentences.h"
#include "console-gui/widgets/page_parts.h"

namespace console {
namespace {

QString anchor(const QString& href, const QString& text) {
  return QStringLiteral("<a href=\"%1\" style=\"color:%2;text-decoration:none\">%3</a>")
      .arg(href, theme()[Token::Accent].name(), text.toHtmlEscaped());
}

}  // namespace

QLabel* linkLabel(QWidget* parent) {
  auto* label = plainLabel({}, parent);
  label->setTextFormat(Qt::RichText);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextBrowserInteraction);
  label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
  return label;
}

QString objectLink(san::ObjectRef ref, const QString& text) {
  return anchor(QStringLiteral("object:%1/%2").arg(static_cast<int>(ref.kind)).arg(ref.id), text);
}
QString objectLink(const san::Snapshot& snapshot, san::ObjectRef ref) { return objectLink(ref, titled(snapshot, ref)); }
QString revisionLink(san::Revision revision) {
  return anchor(QStringLiteral("revision:%1").arg(revision),
                console::tr("rev %1").arg(revision));
}

namespace {

// Where the name stands by itself: "test" is not in "z_test05".
qsizetype placeOf(const QString& text, const QString& name) {
  const auto goesOn = [&](qsizetype at) {
    if (at < 0 || at >= text.size()) return false;
    const QChar c = text[at];
    if (c.isLetterOrNumber() || c == u'_' || c == u'-' || c == u':') return true;
    // The end of a sentence is no part of a name.
    return c == u'.' && at + 1 < text.size() && text[at + 1].isLetterOrNumber();
  };
  for (qsizetype at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const bool before = at > 0 && (text[at - 1] == u'.' || goesOn(at - 1));
    if (!before && !goesOn(at + name.size())) return at;
  }
  return -1;
}

}  // namespace

QString linkedSentence(const san::Snapshot& snapshot, san::ObjectRef about, const std::string& sentence) {
  const QString text = console::sentence(sentence);
  if (!about || snapshot.get(about) == nullptr) return text.toHtmlEscaped();
  for (const std::string& name : {titleOf(snapshot, about), san::nameOf(snapshot, about)}) {
    const QString word = QString::fromStdString(name);
    const qsizetype at = word.isEmpty() ? -1 : placeOf(text, word);
    if (at < 0) continue;
    return text.left(at).toHtmlEscaped() + objectLink(about, word) + text.mid(at + word.size()).toHtmlEscaped();
  }
  return text.toHtmlEscaped() + QStringLiteral(" ") + objectLink(about, QStringLiteral("\u203a"));
}

std::optional<san::ObjectRef> objectOfLink(const QString& link) {
  if (!link.startsWith(QStringLiteral("object:"))) return std::nullopt;
  const QStringList parts = link.mid(7).split(QLatin1Char('/'));
  if (parts.size() != 2 || parts[0].toUInt() >= san::kKinds) return std::nullopt;
  return san::ObjectRef{static_cast<san::Kind>(parts[0].toUInt()), parts[1].toUInt()};
}

san::Revision revisionOfLink(const QString& link) {
  return link.startsWith(QStringLiteral("revision:")) ? link.mid(9).toULongLong() : 0;
}

}  // namespace console
