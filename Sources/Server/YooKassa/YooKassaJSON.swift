import Payments
import StrictJSON
import YooKassa

/// How payments, refunds, subscriptions and differences are written for the merchant. Times are milliseconds since 1970
/// UTC.
enum YooKassaJSON {
    static func payment(
        _ view: YooKassaPaymentView, _ refunds: [YooKassaStoredRefund]? = nil,
        _ receipts: [YooKassaStoredReceipt]? = nil, _ words: [YooKassaMerchantWord]? = nil
    ) -> [UInt8] {
        var writer = JSONWriter()
        write(view, refunds, receipts, words, to: &writer)
        return writer.bytes
    }

    static func write(
        _ view: YooKassaPaymentView, _ refunds: [YooKassaStoredRefund]? = nil,
        _ receipts: [YooKassaStoredReceipt]? = nil, _ words: [YooKassaMerchantWord]? = nil, to writer: inout JSONWriter
    ) {
        let (payment, transaction) = (view.payment, view.transaction)
        let currency = transaction.amount.currency
        writer.beginObject()
        writer.member("id", payment.id)
        writer.member("status", view.status.rawValue)
        writer.key("paid")
        // As YooKassa says it: held money is paid too, and so is what went back since.
        writer.bool(payment.captured > 0 || view.status == .waitingForCapture)
        writer.member("amount", transaction.amount)
        writer.member("captured", Money(minor: payment.captured, currency: currency))
        writer.member("refunded", Money(minor: payment.refunded, currency: currency))
        writer.member("order_id", transaction.orderID)
        writer.member("user_id", payment.userID)
        writer.key("is_recurrent")
        writer.bool(payment.kind != .oneOff)
        writer.member("description", payment.description)
        writer.key("metadata")
        writer.value((try? JSONValue(parsing: payment.metadata)) ?? .null)
        writer.key("capture")
        writer.bool(payment.wantsCapture)
        writer.key("test")
        writer.bool(payment.isTest)
        writer.member("yookassa_id", payment.providerID)
        writer.member("transaction_id", String(transaction.id))
        confirmation(payment, isOpen: transaction.state == .created && payment.cancelledBy == nil, to: &writer)
        method(payment, to: &writer)
        writer.member("cancellation_party", payment.cancelParty)
        writer.member("cancellation_reason", payment.cancelReason)
        writer.key("cancel_requested")
        writer.bool(payment.cancelledBy != nil)
        writer.member("receipt_status", payment.receiptStatus)
        writer.member("note", payment.note)
        writer.member("created_at", payment.createdAt)
        writer.member("expires_at", payment.expiresAt)
        writer.member("captured_at", payment.capturedAt)
        if let refunds { write(refunds, currency, to: &writer) }
        if let receipts { write(receipts, to: &writer) }
        if let words { write(words, to: &writer) }
        writer.endObject()
    }

    /// Nobody is sent to pay what is paid, over, or called off.
    private static func confirmation(
        _ payment: YooKassaStoredPayment, isOpen: Bool, to writer: inout JSONWriter
    ) {
        writer.key("confirmation")
        guard isOpen, payment.step == .awaitingPayer, let type = payment.confirmationType else { return writer.null() }
        writer.beginObject()
        writer.member("type", type)
        writer.member("confirmation_url", payment.confirmationURL)
        writer.member("confirmation_token", payment.confirmationToken)
        writer.member("confirmation_data", payment.confirmationData)
        writer.endObject()
    }

    private static func method(_ payment: YooKassaStoredPayment, to writer: inout JSONWriter) {
        writer.key("payment_method")
        guard let type = payment.methodType else { return writer.null() }
        writer.beginObject()
        writer.member("type", type)
        writer.member("title", payment.methodTitle)
        writer.member("card_type", payment.cardType)
        writer.key("saved")
        writer.bool(payment.isMethodSaved)
        writer.endObject()
    }

    private static func write(
        _ refunds: [YooKassaStoredRefund], _ currency: Currency, to writer: inout JSONWriter
    ) {
        writer.key("refunds")
        writer.beginArray()
        for refund in refunds {
            writer.beginObject()
            writer.member("id", refund.id)
            writer.member("yookassa_id", refund.providerID)
            writer.member("amount", Money(minor: refund.amount, currency: currency))
            writer.member("state", refund.state.rawValue)
            writer.member("origin", refund.origin.rawValue)
            writer.member("description", refund.description)
            writer.member("cancellation_reason", refund.cancelReason)
            writer.member("receipt_status", refund.receiptStatus)
            writer.member("note", refund.note)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func write(_ receipts: [YooKassaStoredReceipt], to writer: inout JSONWriter) {
        writer.key("receipts")
        writer.beginArray()
        for receipt in receipts {
            writer.beginObject()
            writer.member("id", receipt.id)
            writer.member("yookassa_id", receipt.providerID)
            writer.member("refund_id", receipt.refundID)
            writer.member("state", receipt.state.rawValue)
            writer.member("note", receipt.note)
            writer.member("requested_at", receipt.requestedAt)
            writer.endObject()
        }
        writer.endArray()
    }

    /// What somebody said by hand, and who.
    private static func write(_ words: [YooKassaMerchantWord], to writer: inout JSONWriter) {
        writer.key("settled_by_hand")
        writer.beginArray()
        for word in words {
            writer.beginObject()
            writer.member("at", word.at)
            writer.member("kind", word.kind.rawValue)
            writer.member("id", word.subject)
            writer.member("outcome", word.outcome.rawValue)
            writer.member("by", word.actor)
            writer.endObject()
        }
        writer.endArray()
    }

    static func subscription(_ subscription: YooKassaSubscription, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", subscription.id)
        writer.member("state", subscription.state.rawValue)
        writer.member("user_id", subscription.userID)
        writer.member("amount", subscription.amount)
        writer.member("description", subscription.description)
        writer.member("unit", subscription.unit.rawValue)
        writer.member("every", subscription.every)
        writer.member("time_zone", subscription.zone)
        writer.member("consent", subscription.consent)
        writer.member("consented_at", subscription.consentedAt)
        writer.key("has_method")
        writer.bool(subscription.hasMethod)
        writer.member("method_title", subscription.methodTitle)
        writer.member("card_type", subscription.cardType)
        writer.member("first_payment_id", subscription.firstPaymentID)
        writer.member("confirmation_url", subscription.confirmationURL)
        writer.member("renewal_payment_id", subscription.renewalPaymentID)
        writer.member("period", subscription.period)
        writer.member("next_at", subscription.nextAt)
        writer.member("retry_at", subscription.retryAt)
        writer.member("ended_by", subscription.endedBy)
        writer.member("ended_at", subscription.endedAt)
        writer.member("created_at", subscription.createdAt)
        writer.endObject()
    }

    static func started(_ started: YooKassaSubscriptions.Started) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("subscription")
        subscription(started.subscription, to: &writer)
        writer.key("payment")
        if let view = started.firstPayment { write(view, to: &writer) } else { writer.null() }
        writer.endObject()
        return writer.bytes
    }
}
