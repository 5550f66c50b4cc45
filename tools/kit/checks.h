// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The rooms of checks of the conformance kit, in the order in which they are run.
#ifndef PUENTE_TOOLS_KIT_CHECKS_H_
#define PUENTE_TOOLS_KIT_CHECKS_H_

#include "tools/kit/kit_context.h"

namespace puente::tools {

/// Manifest, loading, exports. False when the library cannot be used, so that nothing else can be
/// checked.
bool CheckLibrary(KitContext& kit);
/// Structs of a later host, over one format and one sample of it (null when there is none).
void CheckStructGrowth(KitContext& kit, const plugin::Format& format, const KitSample* sample);
/// That every declared quirk is one. After all other checks.
void CheckQuirks(KitContext& kit);

/// Makes a sample of a format with its own writer, and files of formats of other plugins.
void MakeSample(KitContext& kit, const plugin::Format& format);
void MakeForeignFiles(KitContext& kit);

/// How a format's files are known, over all its samples.
void CheckIdentify(KitContext& kit, const plugin::Format& format);

/// Reading of one sample; empty input; damaged samples and noise.
void CheckReading(KitContext& kit, const plugin::Format& format, const KitSample& sample);
void CheckEmpty(KitContext& kit, const plugin::Format& format);
void CheckDamaged(KitContext& kit, const plugin::Format& format, const KitSample& sample);
void CheckNoise(KitContext& kit, const plugin::Format& format, const KitSample* sample);

/// Limits and bounded memory.
void CheckLimits(KitContext& kit, const plugin::Format& format, const KitSample* sample);
void CheckMemory(KitContext& kit, const plugin::Format& format);

/// Cancelling, closing, releasing, several at once.
void CheckLifetime(KitContext& kit, const plugin::Format& format, const KitSample* sample);

/// What is written.
void CheckOutput(KitContext& kit, const plugin::Format& format, const KitSample* sample);

/// Options.
void CheckOptionUse(KitContext& kit, const plugin::Format& format, const KitSample* sample);

/// Files and sockets, over one sample; then what all other checks met.
void CheckNoFiles(KitContext& kit, const plugin::Format& format, const KitSample* sample);
void CheckManners(KitContext& kit);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_KIT_CHECKS_H_
