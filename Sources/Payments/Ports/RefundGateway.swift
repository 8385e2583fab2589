/// A gateway through which a merchant can give payments back.
public protocol RefundGateway: Sendable {
    /// Whether it can give back a part of a payment.
    var givesBackParts: Bool { get }

    /// Whether a transaction is one that it can give back as it is set up now; how the transaction stands does not
    /// matter.
    func canGiveBack(_ transaction: Transaction) -> Bool

    /// Stores that money is to go back; what becomes of it is seen on the transaction. While it waits, the same request
    /// again changes nothing.
    ///
    /// - Parameters:
    ///   - amount: less than what is left; nil: all that is left.
    ///   - actor: on whose word, for the journal.
    ///   - alongside: rows to be stored together with the request; not for one that changes nothing. Whoever gives it
    ///     knows a repeat by these rows: a part that is equal to one that waits is another part.
    /// - Returns: the transaction; a refusal if it is not performed, is none of this gateway's, or the shop's hook
    ///   forbids it.
    /// - Throws: ``StorageFailure``; what a hook or `alongside` threw.
    func request(
        _ transaction: Transaction, amount: Money?, actor: String, alongside: Alongside?
    ) async throws -> ServiceAnswer
}
