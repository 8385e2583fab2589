extension ClickSandbox {
    /// What the cabinet can do with a payment.
    enum Action: String, Sendable, CaseIterable {
        /// Sends the last call once more, byte for byte.
        case again = "repeat"
        /// Goes on with an unfinished one.
        case finish
        /// Calls it off, before or after it was paid.
        case cancel
        /// Has the shop ask for the money back.
        case reverse
    }

    nonisolated func allowed(_ receipt: ClickReceipt) -> Set<Action> {
        var actions: Set<Action> = []
        if receipt.lastCall != nil { actions.insert(.again) }
        if receipt.isUnfinished { actions.formUnion([.finish, .cancel]) }
        if receipt.stage == .paid, receipt.prepareID != nil { actions.formUnion([.cancel, .reverse]) }
        return actions
    }

    /// Does it; what the shop must do is not done here.
    /// - Parameters:
    ///   - error: of a cancel; nil: the bank refused.
    ///   - losing: whether the answer gets lost and the call is repeated.
    /// - Returns: false if the payment is in no state for it.
    func act(_ action: Action, _ paydocID: Int64, error: Int64? = nil, losing: Bool = false) async -> Bool {
        guard let receipt = receipt(paydocID), allowed(receipt).contains(action) else { return false }
        switch action {
        case .again: if let call = receipt.lastCall { _ = await again(call, receipt) }
        case .finish: _ = await complete(receipt, delivery: losing ? .lost : .arrives)
        case .cancel:
            let error = error ?? codes.bankRefused
            guard error < 0 else { return false }
            _ = await callOff(receipt, error: error, error == codes.bankRefused ? .bank : .payer, losing: losing)
        case .reverse: return false
        }
        return true
    }

    /// What is to happen when the shop asks for this payment back.
    /// - Returns: the shop's number of it; nil if it is in no state for it.
    func expectReversal(_ paydocID: Int64, _ fault: ClickFault?) -> (transaction: Int64, order: String)? {
        guard let receipt = receipt(paydocID), allowed(receipt).contains(.reverse), let id = receipt.prepareID else {
            return nil
        }
        change(receipt) { $0.reversalFault = fault }
        return (id, receipt.order)
    }

    /// The payer pays a bill that came to the telephone.
    /// - Returns: false if it cannot be paid.
    func payInvoice(_ id: Int64, _ purse: ClickPurse = .uzcard) async -> Bool {
        guard let invoice = invoices.first(where: { $0.id == id }), invoice.state == .waiting, enter() else {
            return false
        }
        defer { leave() }
        let receipt = await go(
            begin(invoice.order, amount: invoice.amount, purse, .invoice), .magic(of: invoice.amount))
        if receipt.stage == .paid { _ = changeInvoice(id) { $0.state = .paid } }
        return true
    }

    /// - Returns: false if it is paid or gone.
    func deleteInvoice(_ id: Int64) -> Bool {
        guard invoices.first(where: { $0.id == id })?.state == .waiting else { return false }
        return changeInvoice(id) { $0.state = .deleted } != nil
    }
}
