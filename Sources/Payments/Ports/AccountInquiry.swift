/// Asks the shop about an account that is no order of the `orders` table: a phone, a contract number.
public protocol AccountInquiry: Sendable {
    /// Asked before the gateway gets its answer, outside any storage transaction.
    ///
    /// - Throws: when the shop did not answer, or not so that it can be used: the gateway then says "try again", never
    ///   yes.
    func ask(_ question: AccountQuestion) async throws -> InquiryAnswer
}

/// What the shop says of an account.
public enum InquiryAnswer: Sendable, Hashable {
    /// It may be paid, as this order, which need not be stored; and what the payer sees on the form.
    case order(Order, additional: [AdditionalField])
    /// It may not be paid. The same rejections as of ``AccountAnswer/refused(_:)``.
    case refused(Rejection)
}
