#include "import_test.h"

static void eks_and_its_auto_scaling_group_are_joined(void **state)
{
	static const char eks[] =
		"{\"nodegroup\":{\"nodegroupName\":\"web\",\"nodegroupArn\":\"arn:aws:eks:us-east-1:1:nodegroup/c/web/x\","
		"\"capacityType\":\"SPOT\",\"scalingConfig\":{\"minSize\":1,\"maxSize\":7,\"desiredSize\":2},"
		"\"instanceTypes\":[\"m5.large\",\"m5a.large\"],\"labels\":{\"team\":\"a\"},\"amiType\":\"AL2023_ARM_64_STANDARD\","
		"\"taints\":[{\"key\":\"spot\",\"value\":\"true\",\"effect\":\"NO_SCHEDULE\"}],"
		"\"resources\":{\"autoScalingGroups\":[{\"name\":\"eks-web-1\"}]}}}\n";
	static const char asg[] =
		"{\"AutoScalingGroups\":[{\"AutoScalingGroupName\":\"eks-web-1\",\"MinSize\":1,\"MaxSize\":7,\"DesiredCapacity\":3,"
		"\"AvailabilityZones\":[\"us-east-1a\",\"us-east-1b\"],\"Tags\":["
		"{\"Key\":\"k8s.io/cluster-autoscaler/node-template/label/tier\",\"Value\":\"x\"},"
		"{\"Key\":\"k8s.io/cluster-autoscaler/node-template/taint/t\",\"Value\":\"v:NoExecute\"},"
		"{\"Key\":\"k8s.io/cluster-autoscaler/node-template/autoscaling-options/scaledownunneededtime\",\"Value\":\"2m\"},"
		"{\"Key\":\"Name\",\"Value\":\"n\"}]}]}";
	struct import_test test;

	(void)state;
	import_begin(&test, NULL);
	import_add(&test, eks, sizeof(eks) - 1);
	import_add(&test, asg, sizeof(asg) - 1);
	import_runs(&test);
	assert_string_equal(test.report.kind, "eks");
	assert_int_equal(test.report.rows_written, 1);
	assert_int_equal(test.report.imputed.count, 0);
	import_has(&test, "  - name: eks-web-1\n    instanceType: m5.large\n    capacityType: spot\n"
		   "    region: us-east-1\n    zones: [us-east-1a, us-east-1b]\n    minSize: 1\n    maxSize: 7\n"
		   "    initialSize: 3\n");
	import_has(&test, "{key: spot, value: \"true\", effect: NoSchedule}");
	import_has(&test, "{key: t, value: v, effect: NoExecute}");
	import_has(&test, "tier: x\n");
	import_has(&test, "kubernetes.io/arch: arm64\n");
	import_has(&test, "    options:\n      scaleDownUnneededTime: \"2m\"\n");
	import_end(&test);
}

static void an_auto_scaling_group_alone_is_sized_by_its_first_type(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, NULL, "{\"AutoScalingGroups\":[{\"AutoScalingGroupName\":\"a\",\"MinSize\":0,\"MaxSize\":4,"
		    "\"DesiredCapacity\":1,\"AvailabilityZones\":[\"z\"],\"MixedInstancesPolicy\":{\"LaunchTemplate\":"
		    "{\"Overrides\":[{\"InstanceType\":\"c5.xlarge\"},{\"InstanceType\":\"c5.2xlarge\"}]},\"InstancesDistribution\":"
		    "{\"OnDemandBaseCapacity\":0,\"OnDemandPercentageAboveBaseCapacity\":0,\"SpotMaxPrice\":\"0.07\"}}}]}");
	assert_string_equal(test.text, "nodeGroups:\n  - name: a\n    instanceType: c5.xlarge\n    capacityType: spot\n"
			    "    zone: z\n    minSize: 0\n    maxSize: 4\n    initialSize: 1\n    maxPrice: 0.07\n");
	import_end(&test);
}

static void gke_sizes_are_of_each_zone_unless_they_are_totals(void **state)
{
	static const char pools[] =
		"[{\"name\":\"p\",\"config\":{\"machineType\":\"e2-standard-4\",\"spot\":true,\"labels\":{\"a\":\"b\"},"
		"\"taints\":[{\"key\":\"k\",\"value\":\"v\",\"effect\":\"NO_EXECUTE\"}]},"
		"\"autoscaling\":{\"enabled\":true,\"minNodeCount\":1,\"maxNodeCount\":\"5\"},\"initialNodeCount\":\"2\","
		"\"locations\":[\"us-central1-a\",\"us-central1-b\"],\"maxPodsConstraint\":{\"maxPodsPerNode\":\"32\"}},"
		"{\"name\":\"q\",\"config\":{\"machineType\":\"n1-standard-4\",\"accelerators\":[{\"acceleratorCount\":\"2\","
		"\"acceleratorType\":\"nvidia-tesla-t4\"}]},\"autoscaling\":{\"enabled\":true,\"totalMinNodeCount\":0,"
		"\"totalMaxNodeCount\":3},\"locations\":[\"us-central1-a\",\"us-central1-b\"]},"
		"{\"name\":\"fixed\",\"config\":{\"machineType\":\"e2-medium\"},\"initialNodeCount\":4}]";
	struct import_test test;

	(void)state;
	import_reads(&test, NULL, pools);
	assert_string_equal(test.report.kind, "gke");
	import_has(&test, "  - name: p-us-central1-a\n    instanceType: e2-standard-4\n    capacityType: spot\n"
		   "    region: us-central1\n    zone: us-central1-a\n    minSize: 1\n    maxSize: 5\n    initialSize: 2\n"
		   "    capacity: {cpu: 4, memory: 16Gi, pods: 32}\n");
	import_has(&test, "  - name: p-us-central1-b\n");
	import_has(&test, "effect: NoExecute}");
	import_has(&test, "zone: us-central1-b\n    minSize: 0\n    maxSize: 1\n");
	import_has(&test, "nvidia.com/gpu: 2");
	import_has(&test, "    price: 0.889999\n");
	import_has(&test, "{key: nvidia.com/gpu, value: present, effect: NoSchedule}");
	import_has(&test, "  - name: fixed\n    instanceType: e2-medium\n    capacityType: on-demand\n    minSize: 4\n    maxSize: 4\n");
	import_end(&test);
}

static void aks_pools_of_a_cluster_and_of_a_list(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "aks", "{\"location\":\"eastus\",\"agentPoolProfiles\":[{\"name\":\"sys\",\"count\":3,\"vmSize\":"
		    "\"Standard_D4s_v5\",\"enableAutoScaling\":null,\"maxPods\":50},{\"name\":\"win\",\"osType\":\"Windows\"},"
		    "{\"name\":\"s\",\"count\":1,\"minCount\":0,\"maxCount\":9,\"enableAutoScaling\":true,\"vmSize\":\"Standard_D8s_v5\","
		    "\"scaleSetPriority\":\"Spot\",\"spotMaxPrice\":0.1,\"nodeTaints\":[\"k=v:PreferNoSchedule\"],"
		    "\"availabilityZones\":[\"1\",\"3\"],\"nodeLabels\":{\"x\":\"y\"}}]}");
	assert_int_equal(test.report.rows_written, 2);
	import_has(&test, "  - name: sys\n    instanceType: Standard_D4s_v5\n    capacityType: on-demand\n    region: eastus\n"
		   "    minSize: 3\n    maxSize: 3\n    initialSize: 3\n    capacity: {cpu: 4, memory: 16Gi, pods: 50}\n"
		   "    allocatable: {cpu: 3860m, ");
	import_has(&test, "  - name: s\n");
	import_has(&test, "zones: [eastus-1, eastus-3]\n    minSize: 0\n    maxSize: 9\n    initialSize: 1\n");
	import_has(&test, "{key: kubernetes.azure.com/scalesetpriority, value: spot, effect: NoSchedule}");
	import_has(&test, "{key: k, value: v, effect: PreferNoSchedule}");
	import_has(&test, "maxPrice: 0.1\n");
	assert_int_equal(import_counted(&test.report.left_out, "Windows"), 1);
	import_end(&test);
	import_reads(&test, NULL, "[{\"name\":\"n\",\"count\":1,\"minCount\":1,\"maxCount\":2,\"enableAutoScaling\":true,"
		    "\"vmSize\":\"Standard_D2s_v3\"}]");
	import_has(&test, "minSize: 1\n    maxSize: 2\n");
	import_end(&test);
}

static const char machines[] =
	"apiVersion: cluster.x-k8s.io/v1beta1\nkind: MachineDeployment\nmetadata:\n  name: md\n  namespace: ns\n"
	"  annotations:\n    cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size: \"0\"\n"
	"    cluster.x-k8s.io/cluster-api-autoscaler-node-group-max-size: \"6\"\n"
	"    capacity.cluster-autoscaler.kubernetes.io/cpu: \"16\"\n    capacity.cluster-autoscaler.kubernetes.io/memory: 128G\n"
	"    capacity.cluster-autoscaler.kubernetes.io/gpu-type: nvidia.com/gpu\n"
	"    capacity.cluster-autoscaler.kubernetes.io/gpu-count: \"2\"\n"
	"    capacity.cluster-autoscaler.kubernetes.io/maxPods: \"200\"\n"
	"    capacity.cluster-autoscaler.kubernetes.io/labels: a=b,c=d\n"
	"    capacity.cluster-autoscaler.kubernetes.io/taints: k=v:NoSchedule,k2=:NoExecute\n"
	"    cluster.x-k8s.io/autoscaling-options-scaledownutilizationthreshold: \"0.3\"\n"
	"spec:\n  replicas: 2\n  template:\n    spec:\n      failureDomain: z1\n---\n"
	"kind: MachineDeployment\nmetadata:\n  name: aws\n  annotations:\n"
	"    custom.group/cluster-api-autoscaler-node-group-min-size: \"1\"\n"
	"    custom.group/cluster-api-autoscaler-node-group-max-size: \"3\"\n"
	"spec:\n  template:\n    spec:\n      infrastructureRef: {kind: AWSMachineTemplate, name: t1}\n---\n"
	"kind: MachineDeployment\nmetadata: {name: by-hand}\nspec: {replicas: 3}\n---\n"
	"kind: AWSMachineTemplate\nmetadata: {name: t1}\nspec: {template: {spec: {instanceType: m5.xlarge}}}\n";

static void cluster_api_annotations(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, NULL, machines);
	assert_string_equal(test.report.kind, "cluster-api");
	assert_int_equal(test.report.rows_written, 2);
	import_has(&test, "  - name: MachineDeployment/ns/md\n    zone: z1\n    minSize: 0\n    maxSize: 6\n    initialSize: 2\n"
		   "    capacity: {cpu: 16, memory: 125000000Ki, nvidia.com/gpu: 2, pods: 200}\n");
	import_has(&test, "      a: b\n      c: d\n");
	import_has(&test, "{key: k, value: v, effect: NoSchedule}");
	import_has(&test, "{key: k2, effect: NoExecute}");
	import_has(&test, "scaleDownUtilizationThreshold: \"0.3\"\n");
	import_has(&test, "  - name: MachineDeployment/default/aws\n    instanceType: m5.xlarge\n    minSize: 1\n    maxSize: 3\n");
	assert_int_equal(import_counted(&test.report.left_out, "is not autoscaled"), 1);
	import_end(&test);
}

/* The same pool as the API reads it, as it writes it, and as Terraform shows it. */
static void palette_pools_in_three_shapes(void **state)
{
	static const char *const same[] = {
		"{\"spec\":{\"machinePoolConfig\":[{\"name\":\"cp\",\"isControlPlane\":true,\"size\":3},"
		"{\"name\":\"w\",\"size\":2,\"minSize\":2,\"maxSize\":8,\"instanceType\":\"m5.large\",\"azs\":[\"us-east-1a\"],"
		"\"capacityType\":\"spot\",\"spotMarketOptions\":{\"maxPrice\":\"0.05\"},\"labels\":[\"worker\"],"
		"\"additionalLabels\":{\"a\":\"b\"},\"taints\":[{\"key\":\"k\",\"value\":\"v\",\"effect\":\"NoSchedule\"}]}]}}",
		"{\"cloudConfig\":{\"instanceType\":\"m5.large\",\"azs\":[\"us-east-1a\"],\"capacityType\":\"spot\","
		"\"spotMarketOptions\":{\"maxPrice\":\"0.05\"}},\"poolConfig\":{\"name\":\"w\",\"size\":2,\"minSize\":2,\"maxSize\":8,"
		"\"isControlPlane\":false,\"additionalLabels\":{\"a\":\"b\"},\"taints\":[{\"key\":\"k\",\"value\":\"v\",\"effect\":"
		"\"NoSchedule\"}]}}",
		"{\"planned_values\":{\"root_module\":{\"resources\":[{\"type\":\"spectrocloud_cluster_eks\",\"values\":{\"machine_pool\":"
		"[{\"name\":\"w\",\"count\":2,\"min\":2,\"max\":8,\"instance_type\":\"m5.large\",\"azs\":[],\"az_subnets\":"
		"{\"us-east-1a\":\"subnet-1\"},\"capacity_type\":\"spot\",\"max_price\":\"0.05\",\"additional_labels\":{\"a\":\"b\"},"
		"\"taints\":[{\"key\":\"k\",\"value\":\"v\",\"effect\":\"NoSchedule\"}]}]}}]}}}",
		"machine_pool:\n- {name: w, count: 2, min: 2, max: 8, instance_type: m5.large, azs: [us-east-1a], capacity_type: spot,\n"
		"   max_price: \"0.05\", additional_labels: {a: b}, taints: [{key: k, value: v, effect: NoSchedule}]}\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct import_test test;
		import_reads(&test, NULL, same[i]);
		assert_string_equal(test.report.kind, "palette");
		assert_string_equal(test.text, "nodeGroups:\n  - name: w\n    instanceType: m5.large\n    capacityType: spot\n"
				    "    zone: us-east-1a\n    minSize: 2\n    maxSize: 8\n    initialSize: 2\n    labels:\n      a: b\n"
				    "    taints:\n      - {key: k, value: v, effect: NoSchedule}\n    maxPrice: 0.05\n");
		import_end(&test);
	}
}

static void instance_types_of_aws_get_pods_by_their_interfaces(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, NULL, "{\"InstanceTypes\":[{\"InstanceType\":\"zz.large\",\"VCpuInfo\":{\"DefaultVCpus\":2},\"MemoryInfo\":"
		    "{\"SizeInMiB\":8192},\"NetworkInfo\":{\"MaximumNetworkInterfaces\":3,\"Ipv4AddressesPerInterface\":10},"
		    "\"GpuInfo\":{\"Gpus\":[{\"Name\":\"T4\",\"Count\":1}]},\"ProcessorInfo\":{\"SupportedArchitectures\":[\"arm64\"]}}],"
		    "\"NextToken\":\"\"}");
	assert_string_equal(test.report.kind, "instance-types");
	import_has(&test, "    capacity: {cpu: 2, memory: 8Gi, pods: 29, nvidia.com/gpu: 1}\n"
		   "    allocatable: {cpu: 1930m, memory: 7518Mi, pods: 29, nvidia.com/gpu: 1}\n");
	import_has(&test, "kubernetes.io/arch: arm64");
	assert_int_equal(import_counted(&test.report.imputed, "price: the catalogue does not know"), 1);
	import_end(&test);
}

static void daemon_sets_of_a_pod_list_and_of_their_own(void **state)
{
	static const char pods[] =
		"{\"items\":[{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a-1\",\"namespace\":\"kube-system\",\"ownerReferences\":[{\"kind\":"
		"\"DaemonSet\",\"name\":\"a\"}]},\"spec\":{\"containers\":[{\"resources\":{\"requests\":{\"cpu\":\"90m\"}}}],\"tolerations\":"
		"[{\"operator\":\"Exists\"},{\"key\":\"node.kubernetes.io/not-ready\",\"operator\":\"Exists\"}]}},"
		"{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a-2\",\"namespace\":\"kube-system\",\"ownerReferences\":[{\"kind\":"
		"\"DaemonSet\",\"name\":\"a\"}]},\"spec\":{}},{\"kind\":\"Pod\",\"metadata\":{\"name\":\"x\"},\"spec\":{}}]}";
	struct import_test test;

	(void)state;
	import_reads(&test, "daemonsets", pods);
	assert_string_equal(test.text, "daemonSets:\n  - {name: a, namespace: kube-system, requests: {cpu: 90m}, "
			    "tolerations: [{operator: \"Exists\"}]}\n");
	import_end(&test);
	import_reads(&test, NULL, "kind: DaemonSet\nmetadata: {name: d, namespace: ns}\nspec: {template: {spec: {nodeSelector: {a: b},"
		    " containers: [{resources: {requests: {memory: 64Mi}}}]}}}\n");
	assert_string_equal(test.text, "daemonSets:\n  - {name: d, namespace: ns, requests: {memory: 64Mi}, "
			    "nodeSelector: {\"a\": \"b\"}}\n");
	import_end(&test);
}

static void wrong_groups_are_pointed_at(void **state)
{
	static const struct import_wrong bad[] = {
		{ "eks", "{\"nodegroup\":{\"nodegroupName\":\"a\",\"instanceTypes\":[\"m5.large\"],\"scalingConfig\":{\"minSize\":-1}}}",
		  DRY_ERROR_INPUT, 1, 91, "minSize: \"-1\" is no size" },
		{ "eks", "{\"nodegroup\":{\"nodegroupName\":\"a\",\"instanceTypes\":[\"m5.large\"],\"scalingConfig\":{\"minSize\":9,"
		  "\"maxSize\":5}}}", DRY_ERROR_INPUT, 1, 14, "minSize 9 exceeds maxSize 5" },
		{ "eks", "{\"nodegroup\":{\"x\":1}}", DRY_ERROR_INPUT, 1, 14, "nodegroupName is missing" },
		{ "asg", "{\"AutoScalingGroups\":[{\"MinSize\":1}]}", DRY_ERROR_INPUT, 1, 23, "AutoScalingGroupName is missing" },
		{ "asg", "{\"AutoScalingGroups\":[{\"AutoScal", DRY_ERROR_INPUT, 1, 23, "is not complete" },
		{ "gke", "[{\"name\":\"p\",\"config\":{\"machineType\":\"e2-standard-4\",\"taints\":[{\"key\":\"k\",\"effect\":\"X\"}]}}]",
		  DRY_ERROR_INPUT, 1, 64, "effect \"X\" is none" },
		{ "gke", "[{\"name\":\"p\"}]", DRY_ERROR_INPUT, 1, 2, "config is missing" },
		{ "gke", "[1]", DRY_ERROR_INPUT, 1, 2, "is no object" },
		{ "aks", "[{\"name\":\"p\",\"vmSize\":\"m\",\"count\":\"NaN\"}]", DRY_ERROR_INPUT, 1, 35, "count: \"NaN\"" },
		{ "aks", "[{\"name\":\"p\",\"vmSize\":\"m\",\"count\":1,\"nodeTaints\":[\"bad\"]}]", DRY_ERROR_INPUT, 1, 51,
		  "effect \"bad\" is none" },
		{ "cluster-api", "kind: MachineDeployment\nmetadata:\n  name: a\n  annotations:\n"
		  "    x/cluster-api-autoscaler-node-group-min-size: one\n    x/cluster-api-autoscaler-node-group-max-size: 2\n",
		  DRY_ERROR_INPUT, 5, 51, "min-size: \"one\"" },
		{ "cluster-api", "a: b\n", DRY_ERROR_INPUT, 1, 1, "kind is missing" },
		{ "palette", "machine_pool:\n- {name: w, count: 1, min: 1, max: 2, instance_type: m5.large, max_price: cheap}\n",
		  DRY_ERROR_INPUT, 2, 75, "max_price: \"cheap\"" },
		{ "palette", "machine_pool:\n- {count: 1}\n", DRY_ERROR_INPUT, 2, 3, "name is missing" },
		{ "palette", "{}", DRY_ERROR_EMPTY, 0, 0, "no node group" },
		{ "palette", "machine_pool:\n- {name: w, count: 1, instance_type: m5.lagre}\n", DRY_ERROR_EMPTY, 0, 0, "no node group" },
		{ "instance-types", "{\"InstanceTypes\":[{\"InstanceType\":\"a\"}]}", DRY_ERROR_INPUT, 1, 19, "DefaultVCpus is missing" },
		{ "instance-types", "name,vcpu,memory_mib\na,NaN,1\n", DRY_ERROR_INPUT, 2, 3, "vcpu: \"NaN\"" },
		{ "instance-types", "name,vcpu\na,1\n", DRY_ERROR_INPUT, 1, 1, "no column \"memory_mib\"" },
		{ "instance-types", "name,vcpu,memory_mib\na,1,1024\na,1,1024\n", DRY_ERROR_INPUT, 3, 1, "is described twice" },
	};

	(void)state;
	import_all_fail(bad, sizeof(bad) / sizeof(bad[0]));
}

static void the_public_catalogues_have_their_counts(void **state)
{
	static const struct { const char *path; uint64_t count; } files[] = {
		{ "../shared/data/catalog/aws_us-east-1.json", 201 },
		{ "../shared/data/catalog/aws_us-east-1_all.csv.gz", 1355 },
		{ "../shared/data/catalog/gcp_machine_types.csv", 568 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct import_test test;
		import_begin(&test, NULL);
		import_file(&test, files[i].path);
		import_runs(&test);
		assert_int_equal(test.report.rows_read, files[i].count);
		assert_int_equal(test.report.rows_written, files[i].count);
		assert_int_equal(test.report.rows_dropped, 0);
		import_end(&test);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(eks_and_its_auto_scaling_group_are_joined),
		cmocka_unit_test(an_auto_scaling_group_alone_is_sized_by_its_first_type),
		cmocka_unit_test(gke_sizes_are_of_each_zone_unless_they_are_totals),
		cmocka_unit_test(aks_pools_of_a_cluster_and_of_a_list),
		cmocka_unit_test(cluster_api_annotations),
		cmocka_unit_test(palette_pools_in_three_shapes),
		cmocka_unit_test(instance_types_of_aws_get_pods_by_their_interfaces),
		cmocka_unit_test(daemon_sets_of_a_pod_list_and_of_their_own),
		cmocka_unit_test(wrong_groups_are_pointed_at),
		cmocka_unit_test(the_public_catalogues_have_their_counts),
	};

	return cmocka_run_group_tests_name("import groups", tests, NULL, NULL);
}
