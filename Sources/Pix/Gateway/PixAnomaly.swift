/// What somebody should look at and no answer tells of.
public enum PixAnomaly: String, Sendable, Hashable, CaseIterable {
    /// A second payment for one charge.
    case duplicatePayment = "duplicate_payment"
    /// More than the charge asked for.
    case overpaid
    /// Less than the charge asked for.
    case underpaid
    /// Paid after its time, or after it was called off.
    case latePayment = "late_payment"
    /// A payment to a key that is not ours.
    case foreignKey = "foreign_key"
    /// A payment of one charge that the bank tells of under another.
    case movedPayment = "moved_payment"
    /// A notice of a payment that belongs to no charge of ours.
    case unknownCharge = "unknown_charge"
    /// A notice that cannot be read.
    case malformedNotice = "malformed_notice"
    /// A word of the bank's that the document does not have.
    case unknownStatus = "unknown_status"
    /// The bank says that a charge is paid, and does not say by what.
    case paymentMissing = "payment_missing"
    /// The bank does not take a charge.
    case chargeRejected = "charge_rejected"
    /// A refund that the bank was not asked for.
    case forcedRefund = "forced_refund"
    /// A refund that the bank does not carry out.
    case refundRefused = "refund_refused"
    /// A refund that is not done after days.
    case refundStuck = "refund_stuck"
    /// More went back than had come.
    case refundBeyondPayment = "refund_beyond_payment"
    /// A payout that failed.
    case payoutFailed = "payout_failed"
    /// A payout that the bank is still at after days.
    case payoutStuck = "payout_stuck"
    /// An item of the bank's lists that cannot be read.
    case unreadableItem = "unreadable_item"
    /// A payout of which nobody can say whether it was carried out.
    case payoutUnknown = "payout_unknown"
    /// A payout that the merchant said had failed, and that the bank seems to have sent.
    case payoutSentAfterAll = "payout_sent_after_all"
    /// A payout that the receiver gave back.
    case payoutReturned = "payout_returned"
    /// Money came back that may be a payout's, or a part of one.
    case payoutReturnUnclear = "payout_return_unclear"
    /// The bank's lists knew of a payment before we did.
    case foundByReconciliation = "found_by_reconciliation"
    /// The bank knows a charge otherwise than we do.
    case chargeDiffers = "charge_differs"
}
