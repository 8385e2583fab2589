/// The two calls that Click makes.
///
/// Source: click.md 1.1.
enum ClickAction: String, Sendable, CaseIterable {
    case prepare = "Prepare"
    case complete = "Complete"

    /// As `click.openapi.yaml` names it.
    var name: String { rawValue.lowercased() }
    /// The address that is registered for it.
    var path: String { "/payments/click/\(name)" }
}

/// A call as it went over the wire.
struct ClickSentCall: Sendable {
    let action: ClickAction
    /// Whether it calls the payment off.
    let isCancel: Bool
    let request: [UInt8]
    let answer: [UInt8]
}
