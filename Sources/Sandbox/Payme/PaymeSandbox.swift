import Foundation
import Specification

/// Payme, simulated: it keeps receipts as Payme does, and calls the endpoint over HTTP as Payme does.
///
/// Source: payme.md 1.2 (authentication), 2.5 (receipts), 3 (methods), 6 (checkout).
actor PaymeSandbox {
    let configuration: SandboxConfiguration
    let clock: SandboxClock
    let timeline: Timeline
    let specifications: Specifications
    let client = WireClient()
    let authorization: String
    /// The id of the last call's envelope.
    private var lastCall: Int64 = 0
    /// How many pay at this moment.
    private var payers = 0
    private var stored: [String: Receipt] = [:]
    /// Ids in the order in which the receipts were made.
    private var sequence: [String] = []
    private(set) var reconciliation: Reconciliation?
    /// When the sandbox began, milliseconds since 1970 UTC.
    let startedAt: Int64

    private static let receiptsMaximum = 300

    init(
        configuration: SandboxConfiguration, clock: SandboxClock, timeline: Timeline, specifications: Specifications
    ) {
        self.configuration = configuration
        self.clock = clock
        self.timeline = timeline
        self.specifications = specifications
        startedAt = clock.now
        let pair = "\(configuration.paymeLogin):\(configuration.paymeKey)"
        authorization = "Basic \(Data(pair.utf8).base64EncodedString())"
    }

    /// Newest first.
    var receipts: [Receipt] { sequence.reversed().compactMap { stored[$0] } }

    func receipt(_ id: String) -> Receipt? { stored[id] }

    func store(_ receipt: Receipt) {
        if stored.updateValue(receipt, forKey: receipt.id) == nil { sequence.append(receipt.id) }
        while sequence.count > Self.receiptsMaximum {
            // The oldest that is finished; a live one is not forgotten.
            let index = sequence.firstIndex { stored[$0]?.isUnfinished != true } ?? 0
            stored[sequence.remove(at: index)] = nil
        }
    }

    func remember(_ reconciliation: Reconciliation) { self.reconciliation = reconciliation }

    /// The id of the next call's envelope.
    func nextCall() -> Int64 {
        lastCall += 1
        return lastCall
    }

    /// An id of a receipt: 24 hexadecimal characters.
    static func newID() -> String {
        var text = ""
        for _ in 0..<3 {
            let hex = String(UInt32.random(in: 0 ... .max), radix: 16)
            text += String(repeating: "0", count: 8 - hex.count) + hex
        }
        return text
    }

    private static let payersMaximum = 32

    /// - Returns: whether there is room for one more.
    func enter() -> Bool {
        guard payers < Self.payersMaximum else { return false }
        payers += 1
        return true
    }

    func leave() { payers -= 1 }
}
