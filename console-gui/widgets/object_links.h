// Links in texts of widgets: to objects of the SAN and to revisions, as the href of rich-text labels. Pure but for
// linkLabel(), the UI thread.
#pragma once

#include <QString>
#include <optional>

#include "console-gui/model/view.h"

class QLabel;
class QWidget;

namespace console {

// A label for rich text that wraps, and whose links the keyboard reaches.
QLabel* linkLabel(QWidget* parent);

// "<a href=...>text</a>" in the accent of the theme, escaped.
QString objectLink(san::ObjectRef ref, const QString& text);
QString objectLink(const san::Snapshot& snapshot, san::ObjectRef ref);
QString revisionLink(san::Revision revision);
// A sentence in which the name of the object is the link; where the name is not in it, a mark behind it is.
QString linkedSentence(const san::Snapshot& snapshot, san::ObjectRef about, const std::string& sentence);

std::optional<san::ObjectRef> objectOfLink(const QString& link);
san::Revision revisionOfLink(const QString& link);  // 0: it is none

}  // namespace console
