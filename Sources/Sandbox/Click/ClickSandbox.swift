import Specification

/// Click, simulated: it keeps payments as Click does, calls the endpoint over HTTP as Click does, and answers the
/// Merchant API.
///
/// Source: click.md 1 (the calls), 2 (the Merchant API), 3 (the pay link).
actor ClickSandbox {
    let configuration: SandboxConfiguration
    nonisolated let shop: SandboxClick
    let clock: SandboxClock
    nonisolated let timeline: Timeline
    let specification: ClickSpecification
    let codes: ClickCodes
    let client = WireClient()
    private var lastNumber: Int64
    /// How many pay at this moment.
    private var payers = 0
    private var stored: [Int64: ClickReceipt] = [:]
    /// Numbers in the order in which the payments were made.
    private var sequence: [Int64] = []
    private(set) var invoices: [ClickInvoice] = []
    var tokens: [String: ClickToken] = [:]
    /// Whether payments of CLICK Pass must be confirmed.
    var confirmsPasses = false
    /// What goes wrong with the next answers of the Merchant API, one each.
    private var faults: [ClickFault] = []

    private static let receiptsMaximum = 300
    private static let payersMaximum = 32

    init(
        configuration: SandboxConfiguration, shop: SandboxClick, clock: SandboxClock, timeline: Timeline,
        specification: ClickSpecification
    ) {
        self.configuration = configuration
        self.shop = shop
        self.clock = clock
        self.timeline = timeline
        self.specification = specification
        codes = ClickCodes(specification)
        lastNumber = shop.firstNumber - 1
    }

    /// Newest first.
    var receipts: [ClickReceipt] { sequence.reversed().compactMap { stored[$0] } }

    func receipt(_ paydocID: Int64) -> ClickReceipt? { stored[paydocID] }

    /// A new payment, with numbers of its own.
    func begin(
        _ order: String, amount: Int64, _ purse: ClickPurse, _ origin: ClickReceipt.Origin, returnURL: String? = nil
    ) -> ClickReceipt {
        var receipt = ClickReceipt(
            paydocID: number(), transID: number(), order: order, amount: amount, purse: purse, origin: origin,
            createdAt: clock.now)
        receipt.returnURL = returnURL
        stored[receipt.paydocID] = receipt
        sequence.append(receipt.paydocID)
        while sequence.count > Self.receiptsMaximum {
            // The oldest that is finished; a live one is not forgotten.
            let index = sequence.firstIndex { stored[$0]?.isUnfinished != true } ?? 0
            stored[sequence.remove(at: index)] = nil
        }
        return receipt
    }

    /// Changes what is stored now: while a call was under way, another may have changed it.
    @discardableResult
    func change(_ receipt: ClickReceipt, _ body: (inout ClickReceipt) -> Void) -> ClickReceipt {
        var current = stored[receipt.paydocID] ?? receipt
        body(&current)
        if stored[receipt.paydocID] != nil { stored[receipt.paydocID] = current }
        return current
    }

    func number() -> Int64 {
        lastNumber += 1
        return lastNumber
    }

    func add(_ invoice: ClickInvoice) {
        invoices.append(invoice)
        if invoices.count > Self.receiptsMaximum { invoices.removeFirst() }
    }

    /// - Returns: the invoice afterwards; nil if there is none.
    func changeInvoice(_ id: Int64, _ body: (inout ClickInvoice) -> Void) -> ClickInvoice? {
        guard let index = invoices.firstIndex(where: { $0.id == id }) else { return nil }
        body(&invoices[index])
        return invoices[index]
    }

    func fail(with next: ClickFault...) { faults = next }

    func takeFault() -> ClickFault? { faults.isEmpty ? nil : faults.removeFirst() }

    /// - Returns: whether there is room for one more.
    func enter() -> Bool {
        guard payers < Self.payersMaximum else { return false }
        payers += 1
        return true
    }

    func leave() { payers -= 1 }
}

/// A bill that Click sends to a telephone.
struct ClickInvoice: Sendable {
    /// Source: click.md 2: only the first is Click's own word.
    enum State: Int64, Sendable, CaseIterable {
        case deleted = -99
        case waiting = 0
        case paid = 1

        /// The text that names it.
        var key: String {
            switch self {
            case .deleted: "click_invoice_deleted"
            case .waiting: "click_invoice_waiting"
            case .paid: "click_invoice_paid"
            }
        }
    }

    let id: Int64
    let order: String
    /// Tiyin.
    let amount: Int64
    let phone: String
    var state = State.waiting
}

/// A card that Click keeps for the shop.
struct ClickToken: Sendable {
    let purse: ClickPurse
    /// The number, masked.
    let masked: String
    let isTemporary: Bool
    var isVerified = false
}
