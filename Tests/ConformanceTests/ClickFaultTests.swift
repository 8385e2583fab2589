import Conformance
import Testing

@Suite("A Click merchant with one fault")
struct ClickFaultTests {
    @Test("there is a fault for every scenario, and a scenario for every fault")
    func everyScenarioHasAFault() throws {
        let runs = try OrderKind.allCases.map { kind in
            var configuration = ConformanceConfiguration(url: "http://127.0.0.1/", key: "key", amount: 1000)
            configuration.gateway = "click"
            configuration.serviceID = 1
            configuration.orders = ["1"]
            configuration.kind = kind
            return try ConformanceRun(configuration).scenarioIDs
        }
        let tables = ["suite-2026", "desktop"].flatMap { name in
            (1...15).map { "\(name)-\($0 < 10 ? "0" : "")\($0)" }
        }
        let found = ClickFault.allCases.flatMap(\.finds)
        #expect(Set(runs.joined()) == Set(found + tables))
        #expect(ClickFault.allCases.allSatisfy { !$0.finds.isEmpty })
    }

    @Test("misses the scenarios that are made for it, no more and no less", .serialized, arguments: ClickFault.allCases)
    func isFound(fault: ClickFault) async throws {
        let report = try await ClickServer.run(faults: [fault]) { server in
            var configuration = server.configuration(kind: fault.kind)
            configuration.strictness = fault == .textCodes ? .strict : .tolerant
            configuration.only = fault.finds + ["answers-after-everything"]
            return try await ConformanceRun(configuration).run()
        }
        #expect(report.missed == Set(fault.finds), "\(report.unmet)")
        #expect(report.exitCode == 1)
    }

    @Test("every step of both tables fails by itself", .serialized, arguments: ["suite-2026", "desktop"], 1...15)
    func everyStep(table: String, step: Int) async throws {
        // Call 0 is the one by which the harness finds out whether there is an endpoint.
        let report = try await ClickServer.run(misansweredCall: step) { server in
            var configuration = server.configuration()
            configuration.only = [table]
            return try await ConformanceRun(configuration).run()
        }
        let id = "\(table)-\(step < 10 ? "0" : "")\(step)"
        #expect(report.missed == [id], "\(report.unmet)")
        let title = report.scenarios.first { $0.id == id }?.title
        #expect(title?.hasPrefix("Step \(step): ") == true)
        // A Prepare whose answer is lost leaves those steps nothing to go on with that need its id.
        let isPrepare = (table == "desktop" ? [2, 9, 12] : [3, 9, 12]).contains(step)
        #expect((report.count(.skipped) > 0) == isPrepare, "\(report.unmet)")
    }
}

extension ClickFault {
    /// The kind of orders that shows it.
    var kind: OrderKind { self == .accountIsPaidOnce ? .cumulative : .oneTime }

    /// The scenarios that must find it.
    var finds: [String] {
        switch self {
        case .comparesBeginnings: ["signature-wrong", "signature-length"]
        case .takesPrefixes: ["signature-length", "signature-missing"]
        case .skipsMissingSignature: ["signature-missing"]
        case .takesEmptyKey: ["signature-empty-key"]
        case .upperCaseCrashes: ["signature-upper-case"]
        case .takesAnySignature:
            [
                "signature-wrong", "signature-length", "signature-empty-key", "signature-covers-parts",
                "signature-first", "signature-refused-changes-nothing",
            ]
        case .signsReformattedAmount: ["signature-raw-texts", "amount-other-form-at-complete"]
        case .signsPrepareIDAlways: ["signature-of-prepare"]
        case .refusesOldTimes: ["signature-old-time"]
        case .looksBeforeSignature: ["signature-first"]
        case .forgedCancelCounts: ["signature-refused-changes-nothing"]
        case .unknownActionPrepares: ["action-unknown"]
        case .takesAnyService: ["service-unknown"]
        case .leavesOutEchoes: ["answer-prepare", "answer-complete", "answer-large-id"]
        case .idsAreNoNumbers: ["answer-prepare", "answer-prepare-id-range"]
        case .confirmsWithText: ["answer-complete"]
        case .nestsErrors: ["answer-error-code", "answer-error-note"]
        case .textCodes: ["answer-error-code", "answers-after-everything"]
        case .leavesOutNotes: ["answer-prepare", "answer-complete", "answer-error-note"]
        case .answersHTML: ["answer-content-type"]
        case .readsIDsAsFloats: ["answer-large-id"]
        case .missingIsEmpty: ["fields-missing-prepare", "fields-missing-complete", "error-missing"]
        case .errorReadLoosely: ["error-malformed"]
        case .positiveErrorCrashes: ["error-positive"]
        case .unsignedMissingCrashes: ["fields-unsigned-missing"]
        case .wantsFieldsInOrder: ["fields-other-order"]
        case .decodesPlusOnly: ["fields-encoding"]
        case .duplicatesCrash: ["fields-twice"]
        case .jsonCrashes: ["fields-json"]
        case .oddIDsCrash: ["ids-malformed"]
        case .actionReadLoosely: ["action-malformed"]
        case .oddOrdersCrash: ["order-odd"]
        case .comparesAmountTexts: ["amount-other-form-at-complete"]
        case .toleratesATiyin: ["amount-one-tiyin-off", "amount-off-at-complete", "amount-with-tiyin"]
        case .amountUncheckedAtComplete: ["amount-off-at-complete"]
        case .takesTooLittle: ["amount-too-little", "amount-one-tiyin-off", "amount-with-tiyin"]
        case .takesTooMuch: ["amount-too-much", "amount-wraps", "amount-one-tiyin-off", "amount-with-tiyin"]
        case .comparesIn32Bits: ["amount-wraps"]
        case .comparesAbsolutes: ["amount-zero"]
        case .takesNaN: ["amount-no-number"]
        case .hugeAmountsCrash: ["amount-huge"]
        case .oddFormsCrash: ["amount-odd-forms"]
        case .cutsTiyin: ["amount-with-tiyin"]
        case .storesAmountsIn32Bits: ["amount-beyond-32-bits"]
        case .preparesAnew: ["repeat-prepare", "repeat-prepare-cancelled"]
        case .preparesPerformed: ["repeat-prepare-performed"]
        case .revivesCancelled: ["repeat-prepare-cancelled"]
        case .completesAgain: ["repeat-complete", "repeat-complete-other-amount", "race-complete"]
        case .deletesCancelled: ["repeat-cancel", "repeat-prepare-cancelled", "cancel-every-negative"]
        case .cancelsOn5017Only: ["cancel-every-negative"]
        case .cancelOfOtherAmountFails: ["cancel-other-amount"]
        case .cancelLocksOrder: ["cancel-frees-order"]
        case .saysCancelledStaysPaid: ["cancel-performed"]
        case .prepareIgnoresError: ["prepare-with-error", "prepare-with-error-created"]
        case .prepareErrorKeeps: ["prepare-with-error-created"]
        case .preparesPaidOrder: ["paid-order-new-attempt"]
        case .accountIsPaidOnce: ["account-again"]
        case .secondAttemptIsUnknown: ["two-attempts"]
        case .takesForeignIDs: ["foreign-prepare-id"]
        case .takesUnknownOrderAtComplete: ["unknown-order-at-complete"]
        case .completesWithoutID: ["complete-without-prepare-id"]
        case .createsAtComplete: ["complete-unknown-prepare-id", "cancel-unknown-prepare-id"]
        case .cancelOfUnknownSucceeds: ["cancel-unknown-prepare-id"]
        case .cancelWithoutIDCrashes: ["cancel-after-refused-prepare"]
        case .refusedRepeatSpoils: ["confirm-after-refused-repeat"]
        case .racesPrepare: ["race-prepare"]
        case .racesComplete: ["race-complete"]
        case .racesCancel: ["race-cancel"]
        case .racesCompleteWithCancel: ["race-complete-cancel"]
        case .racesAttempts: ["race-attempts"]
        case .racesTwoAttempts: ["race-two-attempts"]
        case .emptyBodyCrashes: ["body-empty"]
        case .largeBodyStuns: ["body-large", "answers-after-everything"]
        case .manyFieldsStun: ["body-many-fields", "answers-after-everything"]
        case .brokenPercentCrashes: ["percent-broken"]
        case .brokenTextCrashes: ["percent-broken", "utf-8-broken"]
        case .cutsAtNUL: ["nul-in-order"]
        case .arraysCrash: ["fields-arrays"]
        case .stoppedSelling: ["answers-after-everything", "suite-2026-03"]
        }
    }
}
