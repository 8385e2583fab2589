import StrictJSON
import Synchronization

extension YooKassaMerchant {
    private static let known: Set<String> = [
        "id", "status", "amount", "description", "recipient", "payment_method", "created_at", "captured_at", "test",
        "paid", "refundable", "metadata", "expires_at", "cancellation_details", "payment_id", "income_amount",
    ]
    private static let statuses: Set<String> = ["pending", "waiting_for_capture", "succeeded", "canceled", "closed"]

    /// What a fault makes of a notification; nil: nothing.
    func crash(_ notice: YooKassaNotice, _ body: [UInt8]) -> Int? {
        crash(event: notice) ?? crash(order: notice, body) ?? crash(foreign: notice) ?? crash(text: notice.object)
    }

    private func crash(event notice: YooKassaNotice) -> Int? {
        let (event, object) = (notice.event, notice.object)
        let method = object["payment_method"]
        if has(.refusesSucceeded), event == "payment.succeeded" { return 400 }
        if has(.refusesWaiting), event == "payment.waiting_for_capture" { return 400 }
        if has(.refusesCanceled), event == "payment.canceled" { return 400 }
        if has(.methodCrashes), event == "payment_method.active" { return 500 }
        if has(.payoutRefused), event.hasPrefix("payout.") { return 400 }
        if has(.dealRefused), event == "deal.closed" { return 400 }
        if has(.wantsEverything), event == "payment.succeeded", method == nil { return 500 }
        if has(.fullCrashes), object["transfers"] != nil { return 500 }
        if has(.wantsCards), let method, method["card"] == nil { return 500 }
        if has(.unknownEventsRefused), !YooKassaNotice.events.contains(event) { return 400 }
        if has(.refundIsPayment), event.hasPrefix("refund."), !notice.isRefund, object["paid"] == nil { return 500 }
        if has(.closedStatuses), let status = object["status"]?.stringValue, !Self.statuses.contains(status) {
            return 500
        }
        if has(.closedReasons), object["cancellation_details"]?["reason"] == "mercury_retrograde" { return 500 }
        if has(.closedMethods), method?["type"] == "telepathy" { return 500 }
        let isStrange = !object.keys.allSatisfy(Self.known.contains) || notice.members.count > 3
        if has(.refusesUnknownMembers), notice.isAboutMoney, isStrange { return 400 }
        return nil
    }

    private func crash(order notice: YooKassaNotice, _ body: [UInt8]) -> Int? {
        let (before, status, refunds) = books.withLock { books in
            (books.settled[notice.key], books.statuses[notice.payment], books.refunds[notice.payment] ?? [])
        }
        if has(.secondIsConflict), before != nil { return 409 }
        if has(.otherBytesAreConflict), let before, before != body { return 409 }
        switch notice.event {
        case "payment.succeeded":
            if has(.captureIsConflict), status == "waiting_for_capture" { return 409 }
            if has(.paidAfterRefundCrashes), !refunds.isEmpty { return 500 }
            if has(.lateSuccessRefused), status == "canceled" { return 409 }
        case "payment.canceled":
            if has(.holdCancelCrashes), status == "waiting_for_capture" { return 500 }
            if has(.canceledLateCrashes), status == "succeeded" { return 500 }
        case "payment.waiting_for_capture":
            if has(.waitingLateCrashes), status == "succeeded" { return 500 }
        case "refund.succeeded":
            if has(.refundCrashes), status == "succeeded" { return 500 }
            if has(.secondRefundIsConflict), !refunds.isEmpty, !refunds.contains(notice.id) { return 409 }
            if has(.refundFirstCrashes), status == nil { return 500 }
        default: break
        }
        return nil
    }

    private func crash(foreign notice: YooKassaNotice) -> Int? {
        let object = notice.object
        let isForeign = notice.isAboutMoney && books.withLock { !$0.orders.contains(notice.payment) }
        if has(.unknownCrashes), isForeign, !notice.isRefund { return 500 }
        if has(.foreignRefundCrashes), isForeign, notice.isRefund { return 500 }
        if has(.foreignShopCrashes), let shop = object["recipient"]?["account_id"], shop != .string(Self.shop) {
            return 500
        }
        if has(.testFlagCrashes), object["test"] == false { return 500 }
        if has(.metadataCrashes), object["metadata"]?["order"] != nil { return 500 }
        return nil
    }

    private func crash(text object: JSONObject) -> Int? {
        let description = object["description"]?.stringValue ?? ""
        if has(.oddTextCrashes), description.contains("<") || description.count > 128 { return 500 }
        let amount = object["amount"]?["value"]?.stringValue
        if has(.oddAmountCrashes), amount?.wholeMatch(of: /\d{1,10}\.\d\d/) == nil { return 500 }
        let times = ["created_at", "captured_at", "expires_at"].compactMap { object[$0] }
        let isOdd = times.contains { $0.stringValue?.wholeMatch(of: /20\d\d-\d\d-\d\dT[0-9:.]+Z/) == nil }
        if has(.oddTimeCrashes), isOdd { return 500 }
        return nil
    }
}
