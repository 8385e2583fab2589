import Specification

extension Pages {
    /// Everything that the section of the simulated YooKassa shows.
    func yooValues(
        _ desk: YooDesk, _ subscriptions: [ShopSubscription], _ language: Language
    ) -> [String: Any] {
        let payments = desk.shown(20)
        let refunds = Dictionary(grouping: desk.yookassa.refunds, by: \.paymentID)
        let cards = desk.yookassa.methods.filter { $0.isSaved }.suffix(10).reversed()
        var values: [String: Any] = [
            "yooPayments": payments.map { yooPaymentValues($0, refunds[$0.id] ?? [], desk, language) },
            "hasNoYooPayments": payments.isEmpty,
            "yooCards": cards.map(yooCardValues), "hasYooCards": !cards.isEmpty,
            "yooSubscriptions": subscriptions.prefix(10).map { yooSubscriptionValues($0, desk.clock.now, language) },
            "yooPlans": YooPlan.allCases.map { ["value": $0.rawValue, "text": text($0.key, language)] },
            "yooUnits": YooUnit.allCases.map { ["value": $0.rawValue, "text": text($0.key, language)] },
            "yooNexts": YooNextCharge.allCases.map { ["next": $0.rawValue, "nextText": text($0.key, language)] },
            "yooMishap": text(desk.mishap.key, language), "yooTelling": text(desk.telling.key, language),
            "yooMishapTone": desk.mishap == .none ? "good" : "refused",
            "yooTellingTone": desk.telling == .once ? "good" : "refused",
            "yooMishaps": YooMishap.allCases.map { ["value": $0.rawValue, "text": text($0.key, language)] },
            "yooTellings": YooTelling.allCases.map { ["value": $0.rawValue, "text": text($0.key, language)] },
        ]
        let waiting = desk.yookassa.noticesWaiting
        if waiting > 0 {
            values["yooWaiting"] = texts.text(
                Sentence("pix_waiting", ["count": LocalizedText(same: "\(waiting)")]), language)
        }
        return values
    }

    private func yooPaymentValues(
        _ payment: YooKassaPayment, _ refunds: [YooKassaRefund], _ desk: YooDesk, _ language: Language
    ) -> [String: Any] {
        let isHeld = payment.status == .waitingForCapture
        let isOver = payment.status == .canceled
        var values: [String: Any] = [
            "id": payment.id, "short": String(payment.id.suffix(6)), "status": payment.status.rawValue,
            "amount": Amount(kopecks: payment.amount).text(language),
            "statusText": text(Self.key(payment.status), language),
            "tone": payment.status == .succeeded ? "good" : isOver ? "refused" : "lost",
            "isHeld": isHeld, "isPaid": payment.status == .succeeded, "hasActions": !isOver,
            "canRefund": payment.refundable > 0, "rest": Amount(kopecks: payment.refundable).decimal,
            "canCallOff": isHeld || payment.status == .pending, "held": Amount(kopecks: payment.amount).decimal,
            "forgeText": text(payment.isPaid ? "yoo_forge_end" : "yoo_forge", language),
            "returns": refunds.map { refund in
                [
                    "part": Amount(kopecks: refund.amount).text(language),
                    "why": text(refund.key == nil ? "yoo_refund_cabinet" : "pix_refund_asked", language),
                ]
            },
        ]
        values["order"] = desk.order(of: payment)
        values["method"] = payment.method?.title
        values["isSaved"] = payment.method?.isSaved == true ? true : nil
        values["reason"] = payment.cancellation?.reason
        values["until"] = isHeld ? payment.expiresAt.map { Moment.text($0, as: .minute) } : nil
        values["page"] = desk.yookassa.confirmationURL(of: payment.id).map {
            "\(ShopClient.path($0))&lang=\(language.rawValue)"
        }
        values["shopState"] = payment.metadata("tx").flatMap { desk.known($0)?.state }.map { state in
            "\(state) \(text("state_\(specification.state(numbered: Int(state))?.name ?? "unknown")", language))"
        }
        return values
    }

    private func yooCardValues(_ card: YooKassaMethod) -> [String: Any] {
        ["id": card.id, "title": card.title, "cardType": card.card?.type ?? "", "canRevoke": !card.isRevoked]
    }

    private func yooSubscriptionValues(
        _ subscription: ShopSubscription, _ now: Int64, _ language: Language
    ) -> [String: Any] {
        let state = subscription.state
        var values: [String: Any] = [
            "id": subscription.id, "short": String(subscription.id.suffix(6)), "state": state,
            "amount": subscription.amount.text(language), "stateText": text("yoo_subscription_\(state)", language),
            "unitText": text("yoo_unit_\(subscription.unit)", language),
            "tone": state == "active" ? "good" : ["stopped", "cancelled"].contains(state) ? "refused" : "lost",
            "canCharge": subscription.chargedAt != nil, "canPause": ["active", "past_due"].contains(state),
            "canResume": state == "paused", "canCancel": !["stopped", "cancelled"].contains(state),
            "period": subscription.period,
        ]
        values["method"] = subscription.method
        values["endedBy"] = subscription.endedBy
        values["next"] = subscription.chargedAt.map { Moment.text($0, as: .minute) }
        return values
    }

    static func key(_ status: YooKassaPayment.Status) -> String {
        switch status {
        case .pending: "yoo_status_pending"
        case .waitingForCapture: "yoo_status_held"
        case .succeeded: "yoo_status_succeeded"
        case .canceled: "yoo_status_canceled"
        }
    }

    /// The chat, oldest first, as people read it.
    func telegramValues(_ desk: TelegramDesk, _ language: Language) -> [String: Any] {
        let messages = desk.messages(12)
        return [
            "telegramMessages": messages.map { message in
                [
                    "number": message.id, "words": message.text, "time": Moment.text(message.at, as: .clock),
                    "machineTime": Moment.text(message.at, as: .machine),
                ] as [String: Any]
            },
            "hasNoTelegram": messages.isEmpty, "isBlocked": desk.isBlocked,
        ]
    }
}
