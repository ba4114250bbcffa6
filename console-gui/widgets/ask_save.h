// askSaveFile(): asks where a file is to be saved, with the ending of its kind: no file is replaced that nobody was
// asked about.
//
// The dialog of the system asks about the name that was typed. Where an ending has to be added, what is there under the
// whole name is asked about here. Empty: nobody chose one. The UI thread; comes back when the dialog has gone, so the
// world may be another one.
#pragma once

#include <QString>

class QWidget;

namespace console {

// `kinds`: as for QFileDialog, "Tables (*.csv)"; `proposed`: a name.
QString askSaveFile(QWidget* parent, const QString& title, const QString& proposed, const QString& kinds);

// The path with the first ending of `kinds` where it has none of them, in either case of letters.
QString withEnding(const QString& path, const QString& kinds);

}  // namespace console
