public import Payments

extension ClickGateway {
    /// Whether a payment that waits can be called off because Click says that no money was taken. False also where Click
    /// does not say, or cannot be asked: Complete may still come.
    ///
    /// Source: click.md 4, edge case 10.
    public func mayCallOff(_ transaction: Transaction) async -> Bool {
        guard transaction.state == .created else { return true }
        guard let reversals, reversals.canGiveBack(transaction),
            let standing = try? await reversals.standing(of: transaction)
        else { return false }
        return standing == .notPaid
    }
}
