/// What a merchant of YooKassa gets wrong.
enum YooKassaFault: String, CaseIterable, Sendable {
    case refusesSucceeded, refusesWaiting, refusesCanceled, captureIsConflict, holdCancelCrashes
    case refundCrashes, secondRefundIsConflict, methodCrashes, payoutRefused, dealRefused
    case wantsBareContentType, wantsEverything, fullCrashes, wantsCards
    case unknownEventsRefused, refundIsPayment, closedStatuses, closedReasons, closedMethods, refusesUnknownMembers
    case secondIsConflict, races, otherBytesAreConflict, eventsRace
    case refundFirstCrashes, paidAfterRefundCrashes, waitingLateCrashes, canceledLateCrashes, lateSuccessRefused
    case unknownCrashes, foreignShopCrashes, foreignRefundCrashes, testFlagCrashes, metadataCrashes
    case neverAsks, asksAboutPaymentsAlone, believesCancellation, remembersForgery, mismatchCrashes, wrongKey
    case remembersFailure, hangsWithAPI
    case onlyFirstRange, noIPv6, wideRanges, takesEverybody, believesLeftmost, oddAddressCrashes
    case brokenJSONCrashes, emptyBodyCrashes, noObjectCrashes, noIDCrashes, oddIDCrashes, asksForAnyID, deepCrashes
    case largeBodyStuns, duplicateKeysCrash, brokenTextCrashes, oddTextCrashes, oddAmountCrashes, oddTimeCrashes
    case wantsJSONType, takesOtherMethods

    /// Whether a question that the run waits for never comes.
    var leavesWaiting: Bool {
        switch self {
        case .neverAsks, .asksAboutPaymentsAlone, .believesCancellation, .remembersForgery, .remembersFailure: true
        default: false
        }
    }

    /// The scenarios that must find it.
    var finds: [String] {
        switch self {
        case .refusesSucceeded: ["event-succeeded", "answers-after-everything"]
        case .refusesWaiting: ["event-waiting"]
        case .refusesCanceled: ["event-canceled", "unknown-reason"]
        case .captureIsConflict: ["event-captured"]
        case .holdCancelCrashes: ["event-hold-canceled"]
        case .refundCrashes: ["event-refund"]
        case .secondRefundIsConflict: ["event-refund-partial"]
        case .methodCrashes: ["event-method"]
        case .payoutRefused: ["event-payout"]
        case .dealRefused: ["event-deal"]
        case .wantsBareContentType: ["event-charset"]
        case .wantsEverything: ["event-minimal"]
        case .fullCrashes: ["event-full"]
        case .wantsCards: ["event-other-method", "unknown-method"]
        case .unknownEventsRefused: ["unknown-event", "unknown-refund-event", "unknown-object"]
        case .refundIsPayment: ["unknown-refund-event"]
        case .closedStatuses: ["unknown-event", "unknown-object", "unknown-status"]
        case .closedReasons: ["unknown-reason"]
        case .closedMethods: ["unknown-method"]
        case .refusesUnknownMembers: ["unknown-members"]
        case .secondIsConflict: ["repeat-notice", "repeat-other-bytes"]
        case .races: ["repeat-race", "repeat-refund-race"]
        case .otherBytesAreConflict: ["repeat-other-bytes"]
        case .eventsRace: ["repeat-events-race"]
        case .refundFirstCrashes: ["order-refund-first"]
        case .paidAfterRefundCrashes: ["order-paid-after-refund"]
        case .waitingLateCrashes: ["order-waiting-late"]
        case .canceledLateCrashes: ["order-canceled-late"]
        case .lateSuccessRefused: ["order-succeeded-late"]
        case .unknownCrashes: ["foreign-payment", "foreign-shop", "foreign-product"]
        case .foreignShopCrashes: ["foreign-shop"]
        case .foreignRefundCrashes: ["foreign-refund"]
        case .testFlagCrashes: ["foreign-test"]
        case .metadataCrashes: ["foreign-product"]
        case .neverAsks:
            [
                "confirm-payment", "confirm-credentials", "confirm-refund", "confirm-forged", "confirm-forged-refund",
                "confirm-amount", "confirm-currency", "confirm-canceled", "confirm-truth-after-forgery",
            ]
        case .asksAboutPaymentsAlone: ["confirm-refund", "confirm-forged-refund"]
        case .believesCancellation: ["confirm-canceled"]
        case .remembersForgery: ["confirm-truth-after-forgery"]
        case .mismatchCrashes: ["confirm-amount", "confirm-currency"]
        case .wrongKey: ["confirm-credentials", "confirm-payment", "answers-after-everything"]
        case .remembersFailure: ["outage-fails", "outage-refuses", "outage-busy", "outage-garbles"]
        case .hangsWithAPI: ["outage-hangs"]
        case .onlyFirstRange: ["sender-ipv4", "sender-ipv6"]
        case .noIPv6: ["sender-ipv6"]
        case .wideRanges: ["sender-foreign"]
        case .takesEverybody: ["sender-foreign", "sender-spoofed", "sender-odd"]
        case .believesLeftmost: ["sender-spoofed"]
        case .oddAddressCrashes: ["sender-odd"]
        case .brokenJSONCrashes: ["body-broken"]
        case .emptyBodyCrashes: ["body-empty"]
        case .noObjectCrashes: ["body-no-notification"]
        case .noIDCrashes: ["body-no-id"]
        case .oddIDCrashes, .asksForAnyID: ["body-odd-id"]
        case .deepCrashes: ["body-deep"]
        case .largeBodyStuns: ["body-large", "answers-after-everything"]
        case .duplicateKeysCrash: ["body-duplicate-keys"]
        case .brokenTextCrashes: ["text-broken"]
        case .oddTextCrashes: ["text-odd"]
        case .oddAmountCrashes: ["amount-odd"]
        case .oddTimeCrashes: ["time-odd"]
        case .wantsJSONType: ["content-type-odd"]
        case .takesOtherMethods: ["method-odd"]
        }
    }
}
