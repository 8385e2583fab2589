import CQREncode

/// How much of a symbol may be damaged and it can still be read.
public enum QRCorrection: Sendable, Hashable, CaseIterable {
    /// About 7 %.
    case low
    /// About 15 %: what payment codes use.
    case medium
    /// About 25 %.
    case quartile
    /// About 30 %.
    case high

    /// The most bytes that the largest symbol (version 40) holds.
    public var limitBytes: Int {
        switch self {
        case .low: 2953
        case .medium: 2331
        case .quartile: 1663
        case .high: 1273
        }
    }

    var level: QRecLevel {
        switch self {
        case .low: QR_ECLEVEL_L
        case .medium: QR_ECLEVEL_M
        case .quartile: QR_ECLEVEL_Q
        case .high: QR_ECLEVEL_H
        }
    }
}
